"""The sessions in memory: the domain's own `refusal` and `apply`, behind a lock."""

from collections.abc import Iterator
from threading import Lock

from connector.session.authorisation import Authorisation, Item, TransitionRefusedError
from connector.session.store import OutboxEntry
from connector.session.transition import Update, apply, refusal, took_effect


class MemoryStore:
    """A store that forgets."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self._lock = Lock()

    def apply(self, update: Update) -> Authorisation:
        with self._lock:
            item = self.items.get(update.authorisation_id)
            if item is not None and took_effect(update, item):
                return Authorisation.from_item(item)
            reason = refusal(update, item)
            if reason is not None:
                raise TransitionRefusedError(reason, Authorisation.from_item(item) if item else None)
            after = self.items[update.authorisation_id] = apply(update, item)
            return Authorisation.from_item(after)

    def find(self, authorisation_id: str) -> Authorisation | None:
        with self._lock:
            item = self.items.get(authorisation_id)
        return Authorisation.from_item(item) if item else None

    def entries(self) -> Iterator[OutboxEntry]:
        with self._lock:
            owed = [item for item in self.items.values() if "outbox" in item]
        outbox = [OutboxEntry(item["authorisation_id"], item["delivery_due"], item["decided_at"]) for item in owed]
        return iter(sorted(outbox, key=lambda entry: entry.due))
