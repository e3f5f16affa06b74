"""The port between the journey and those who know how a customer proves who they are."""

from dataclasses import dataclass
from typing import Protocol

from connector.authorisation import Authorisation


@dataclass(frozen=True, slots=True)
class Confirm:
    """Ask the customer for their confirmation, which is all the proof that is wanted of them."""


class Authenticator(Protocol):
    """Says what a customer must do."""

    def begin(self, authorisation: Authorisation) -> Confirm:
        """Say what comes after Continue."""
