"""The sessions in memory: the domain's own `refusal` and `apply`, behind a lock."""

from collections.abc import Iterator
from threading import Lock

from connector.session.authorisation import Authorisation, Item, Refused
from connector.session.store import Debt
from connector.session.transition import Move, apply, refusal, took_effect


class MemoryStore:
    """A store that forgets."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self._lock = Lock()

    def apply(self, move: Move) -> Authorisation:
        with self._lock:
            item = self.items.get(move.authorisation_id)
            if item is not None and took_effect(move, item):
                return Authorisation.from_item(item)
            reason = refusal(move, item)
            if reason is not None:
                raise Refused(reason, Authorisation.from_item(item) if item else None)
            after = self.items[move.authorisation_id] = apply(move, item)
            return Authorisation.from_item(after)

    def find(self, authorisation_id: str) -> Authorisation | None:
        with self._lock:
            item = self.items.get(authorisation_id)
        return Authorisation.from_item(item) if item else None

    def owed(self) -> Iterator[Debt]:
        with self._lock:
            owed = [item for item in self.items.values() if "owed" in item]
        debts = [Debt(item["authorisation_id"], item["delivery_due"], item["decided_at"]) for item in owed]
        return iter(sorted(debts, key=lambda debt: debt.due))
