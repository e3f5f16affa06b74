"""`consent`: one page that asks the customer to confirm.

It proves that whoever holds the page agrees, and nothing about who they are: the Sage product and Banking Service are
trusted to have brought the right customer. Choose it where the provider needs a renewed consent and no renewed proof.
"""

from connector.authenticators.port import Confirm
from connector.authorisation import Authorisation


class Consent:
    """Ask once."""

    def begin(self, authorisation: Authorisation) -> Confirm:  # noqa: ARG002 - the port's; the question is always the same
        """Ask for the confirmation."""
        return Confirm()
