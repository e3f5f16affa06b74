"""The sessions in memory: the domain's own conditions and updates, behind a lock."""

from collections.abc import Iterator
from threading import Lock

from connector.session.authorisation import Authorisation, Item, TransitionRefusedError
from connector.session.store import OutboxEntry
from connector.session.update import Update


class MemoryStore:
    """A store in memory."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self._lock = Lock()

    def apply(self, update: Update) -> Authorisation:
        with self._lock:
            item = self.items.get(update.authorisation_id, {})
            try:
                update.check(item)
            except TransitionRefusedError:
                # As in the table, only an update that is refused is looked for in the history.
                if not update.took_effect(item):
                    raise
            else:
                item = self.items[update.authorisation_id] = update.applied_to(item)
            return Authorisation.from_item(item)

    def find(self, authorisation_id: str) -> Authorisation | None:
        with self._lock:
            item = self.items.get(authorisation_id)
        return Authorisation.from_item(item) if item else None

    def entries(self) -> Iterator[OutboxEntry]:
        with self._lock:
            items = [item for item in self.items.values() if "outbox" in item]
        entries = [OutboxEntry(item["authorisation_id"], item["delivery_due"], item["decided_at"]) for item in items]
        return iter(sorted(entries, key=lambda entry: entry.due))

    def waiting(self, most: int) -> int:
        return min(most, len(list(self.entries())))
