"""Where a journey stands, for whoever has proved that it is theirs."""

from connector.authenticators.port import Ask, Denied, SendTo, Wait
from connector.journey import prompt
from connector.journey.record_outcome import RecordOutcome
from connector.journey.views import Checking, DeniedOnce, Ended, Interrupted, Prompted, SentTo, View, Waiting
from connector.session.authorisation import Authorisation, Outcome, Reason, TransitionRefusedError


class CurrentView:
    """Shows the current step or the recorded outcome, whatever was submitted."""

    def __init__(self, record_outcome: RecordOutcome, max_attempts: int) -> None:
        self._record_outcome = record_outcome
        self._max_attempts = max_attempts

    def after(self, refused: TransitionRefusedError, now: float, *, proved: bool = False) -> View:
        """Show where the journey is instead. Raise the refusal again where it is not the caller's, or over."""
        authorisation, reason = refused.authorisation, refused.reason
        if authorisation is None or reason is Reason.EXPIRED or (reason is Reason.NOT_MATCHING and not proved):
            raise refused
        return self.now(authorisation, now)

    def now(self, authorisation: Authorisation, now: float) -> View:
        """Show where the journey is."""
        if authorisation.outcome is not None:
            return self.ended(self._record_outcome.settle(authorisation))
        if (authorisation.lease_until or 0) > now:
            return Checking(authorisation)
        return self.shown_or_begun(authorisation)

    def shown_or_begun(self, authorisation: Authorisation) -> View:
        """Show the step that the session keeps; before the first one, let the customer begin."""
        return self.shown(authorisation) if authorisation.prompt else Interrupted(authorisation, "continue")

    def shown(self, authorisation: Authorisation) -> View:
        """Show the step that the session keeps."""
        left = self._max_attempts - authorisation.attempts
        match prompt.read(authorisation.prompt or ""):
            case Ask() as ask:
                return Prompted(authorisation, ask, left)
            case Wait() as wait:
                return Waiting(authorisation, wait)
            case SendTo():
                return SentTo(authorisation)
            case Denied() as denied:
                return DeniedOnce(authorisation, denied, left)

    def ended(self, authorisation: Authorisation) -> Ended:
        """Show the outcome, with what the authenticator said when it denied for good."""
        failed = authorisation.outcome is Outcome.FAILED and authorisation.prompt is not None
        last = prompt.read(authorisation.prompt) if failed and authorisation.prompt else None
        return Ended(authorisation, last if isinstance(last, Denied) else None)
