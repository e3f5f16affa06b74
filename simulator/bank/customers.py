"""The bank's test customers. Everyone may know their password: it protects nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

PASSWORD = "sunshine-42"  # noqa: S105 - said above
ANOTHER_ACCOUNT = "acc-90001"
"""An account that is linked nowhere."""


class Habit(StrEnum):
    """What happens after the right password."""

    PLAIN = "nothing else is asked"
    FACTOR = "then a choice of factor, then a code from the phone or an approval on it"
    APPROVAL = "then an approval on the phone"
    LOCKED = "access is locked"
    STRANGER = "the holder of another account"
    SLOW = "the bank's first answer takes too long, the next try goes well"
    FAILING = "the bank's first answer is an error, the next try goes well"


@dataclass(frozen=True)
class Customer:
    """One of them."""

    user_name: str
    habit: Habit


CUSTOMERS: Mapping[str, Customer] = MappingProxyType(
    {
        name: Customer(name, habit)
        for name, habit in (
            ("anna", Habit.PLAIN),
            ("ben", Habit.FACTOR),
            ("chloe", Habit.APPROVAL),
            ("david", Habit.LOCKED),
            ("eve", Habit.STRANGER),
            ("finn", Habit.SLOW),
            ("gina", Habit.FAILING),
        )
    }
)


def identify(user_name: str, password: str) -> Customer | None:
    """Return who signs in with these, or None; which of the two is wrong is not told."""
    return CUSTOMERS.get(user_name.strip().lower()) if password == PASSWORD else None
