"""`consent`: one page on which the customer confirms.

The confirmation proves that the person who sees the page agrees. It does not prove who that person is: the Sage product
and Banking Service are trusted to have brought the right customer. Choose `consent` where the provider needs a renewed
consent and no renewed authentication.
"""

from connector.authenticators.port import Answer, Ask, Authenticator, AuthenticatorResult, Field, Granted, Kind, Visit

CONFIRM = Ask(fields=(Field(name="confirm", kind=Kind.CONFIRMATION),))


class Consent(Authenticator):
    """Ask for a confirmation, and nothing else."""

    def begin(self, visit: Visit) -> AuthenticatorResult:  # noqa: ARG002 - the port's; every customer gets the same prompt
        """Ask for the confirmation."""
        return CONFIRM

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:  # noqa: ARG002 - the port's; the journey passes on only a confirmation
        """Accept the confirmation as one of the account's holder."""
        return Granted(frozenset({visit.external_id}))
