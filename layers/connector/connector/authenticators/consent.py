"""`consent`: one page that asks the customer to confirm.

It proves that whoever holds the page agrees, and nothing about who they are: the Sage product and Banking Service are
trusted to have brought the right customer. Choose it where the provider needs a renewed consent and no renewed proof.
"""

from connector.authenticators.port import Answer, Ask, Authenticator, AuthenticatorResult, Field, Granted, Kind, Visit


class Consent(Authenticator):
    """Ask once."""

    confirmation = Ask(fields=(Field(name="confirm", kind=Kind.CONFIRMATION),))

    def begin(self, visit: Visit) -> AuthenticatorResult:  # noqa: ARG002 - the port's; the question is always the same
        """Ask for the confirmation."""
        return self.confirmation

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:  # noqa: ARG002 - likewise; only a confirmation comes back
        """Take the confirmation for the account's holder's."""
        return Granted(frozenset({visit.external_id}))
