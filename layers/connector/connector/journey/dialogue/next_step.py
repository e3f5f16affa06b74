"""The next step after an authenticator's result: another prompt, or the outcome. Pure."""

from dataclasses import dataclass

from connector.authenticators.port import Ask, AuthenticatorResult, Cancelled, Denied, Granted
from connector.journey.dialogue.prompt import Prompt
from connector.session.authorisation import Authorisation, Outcome


@dataclass(frozen=True, slots=True)
class NextPrompt:
    """The journey goes on with this prompt."""

    prompt: Prompt
    refused: bool
    """Whether the answer before it was refused, which costs an attempt."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The journey ends."""

    outcome: Outcome
    reason: str | None = None
    """Why it failed: `denied`, `wrong_owner`, `account_not_waiting` or `attempts`."""
    denied: Denied | None = None
    """The text about the failure for the last page."""
    account_status: str | None = None
    """The status at Banking Service of the account that `externalId` names; None: it was not queried."""
    owner: str | None = None
    """The account (the provider's own id) that must be the session's for the outcome to be recorded."""

    @property
    def by_connector(self) -> bool:
        """Whether the connector ended the journey. The authenticator does not know it yet."""
        return self.reason in {"wrong_owner", "account_not_waiting", "attempts"}


NO_ATTEMPT_LEFT = Conclusion(Outcome.FAILED, reason="attempts", denied=Denied(final=True))


def next_step(session: Authorisation, result: AuthenticatorResult, *, max_attempts: int) -> NextPrompt | Conclusion:
    """Return the next step. `max_attempts` is the number of refused answers that ends a journey."""
    match result:
        case Granted(external_ids) if session.external_id in external_ids:
            return Conclusion(Outcome.SUCCESS, owner=session.external_id)
        case Granted():
            return Conclusion(Outcome.FAILED, reason="wrong_owner", denied=Denied(final=True))
        case Cancelled():
            return Conclusion(Outcome.CANCELLED)
        case Denied(final=True):
            return Conclusion(Outcome.FAILED, reason="denied", denied=result)
    refused = isinstance(result, Denied) or (isinstance(result, Ask) and result.refuses)
    return NO_ATTEMPT_LEFT if refused and session.attempts + 1 >= max_attempts else NextPrompt(result, refused)
