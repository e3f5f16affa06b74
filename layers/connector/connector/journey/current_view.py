"""The view of a session as it is stored. Pure: the same session always has the same view."""

from connector.authenticators.port import Ask, Denied, SendTo, Wait
from connector.journey.dialogue import prompt
from connector.journey.views import Checking, DeniedOnce, Ended, Interrupted, Prompted, SentTo, View, Waiting
from connector.session.authorisation import Authorisation, Outcome


def current_view(session: Authorisation, *, max_attempts: int, now: float) -> View:
    """Return the recorded outcome, or that an answer is being checked, or the current step.

    `now` is in seconds since the epoch.
    """
    if session.outcome is not None:
        return ended(session)
    if (session.lease_until or 0) > now:
        return Checking(session)
    return current_step(session, max_attempts=max_attempts)


def current_step(session: Authorisation, *, max_attempts: int) -> View:
    """Return the step that the session keeps; before the first step, the customer may begin."""
    if session.prompt is None:
        return Interrupted(session, "continue")
    left = max_attempts - session.attempts
    match prompt.read(session.prompt):
        case Ask() as ask:
            return Prompted(session, ask, left)
        case Wait() as wait:
            return Waiting(session, wait)
        case SendTo():
            return SentTo(session)
        case Denied() as denied:
            return DeniedOnce(session, denied, left)


def ended(session: Authorisation) -> Ended:
    """Return the outcome, with what the authenticator said where it denied for good."""
    last = prompt.read(session.prompt) if session.outcome is Outcome.FAILED and session.prompt else None
    return Ended(session, last if isinstance(last, Denied) else None)
