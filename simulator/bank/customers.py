"""The bank's test customers. Their password is public, because it protects nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

PASSWORD = "sunshine-42"  # noqa: S105 - public, see above
OTHER_CUSTOMERS_ACCOUNT = "acc-90001"
"""An account that no customer of the product has linked."""


class Behaviour(StrEnum):
    """The bank's behaviour for a customer after the correct password."""

    PLAIN = "no second factor"
    FACTOR = "a choice of second factor: a code sent to the phone, or an approval on the phone"
    APPROVAL = "an approval on the phone"
    LOCKED = "the access is locked"
    OTHER_ACCOUNT = "the customer holds another account"
    SLOW = "the first response takes too long, the next one is normal"
    FAILING = "the first response is an error, the next one is normal"


@dataclass(frozen=True)
class Customer:
    """A test customer."""

    user_name: str
    behaviour: Behaviour


CUSTOMERS: Mapping[str, Customer] = MappingProxyType(
    {
        name: Customer(name, behaviour)
        for name, behaviour in (
            ("anna", Behaviour.PLAIN),
            ("ben", Behaviour.FACTOR),
            ("chloe", Behaviour.APPROVAL),
            ("david", Behaviour.LOCKED),
            ("eve", Behaviour.OTHER_ACCOUNT),
            ("finn", Behaviour.SLOW),
            ("gina", Behaviour.FAILING),
        )
    }
)


def identify(user_name: str, password: str) -> Customer | None:
    """Return the customer with this user name, or None if the user name or the password is wrong."""
    return CUSTOMERS.get(user_name.strip().lower()) if password == PASSWORD else None
