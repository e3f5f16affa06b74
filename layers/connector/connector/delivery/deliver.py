"""Deliver a recorded outcome to Banking Service, until it is acknowledged or rejected, or the session expires.

Three callers use the same code: the request that recorded the outcome, the page on which the customer waits, and the
relay. `connector.delivery.patch_result` says what follows from each response.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Protocol

from connector.aws.errors import ServiceUnavailableError
from connector.delivery import updates
from connector.delivery.patch_result import Acknowledged, PatchResult, Rejected, Retryable, interpret
from connector.sage.api_response import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, Refusal, TransitionRefusedError
from connector.session.store import Store
from connector.session.transitions import DELIVER, EXPIRE, POSTPONE, REJECT
from connector.session.update import Lease, Update

METRICS: Mapping[str, str] = MappingProxyType(
    {
        DELIVER.event: "OutcomeDelivered",
        REJECT.event: "OutcomeRejected",
        EXPIRE.event: "OutcomeExpired",
        POSTPONE.event: "DeliveryPostponed",
    }
)
"""The metric of each update."""


class AuthorisationsApi(Protocol):
    """The Provider API, as far as delivery needs it (`connector.sage.provider_api.ProviderApi`)."""

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        """Report the outcome. Raise NotSentError."""


@dataclass(frozen=True)
class Delivery:
    """Delivers outcomes. `until`, in seconds since the epoch, is how long the caller waits.

    `spread` returns a random number between two. `time_left` is the rest of the Lambda invocation in seconds. `count`
    is called with the metric of each update.
    """

    store: Store
    authorisations: AuthorisationsApi
    clock: Callable[[], float]
    pause: Callable[[float], None]
    spread: Callable[[float, float], float] = random.uniform
    _: KW_ONLY
    time_left: Callable[[], float] = lambda: float("inf")
    count: Callable[[str], None] = lambda _: None

    ATTEMPT_SECONDS = 5.0
    FIRST_PAUSE_SECONDS = 0.5
    LONGEST_PAUSE_SECONDS = 30.0
    LEASE_SECONDS = 30.0
    """Longer than a delivery with a stored token. A delivery that gets two tokens from a slow Sage ID can outlast it.

    Then two attempts can overlap. Both are counted as uncertain, so a 409 to the second one counts as acknowledged.
    """
    WRITING_SECONDS = 4.0
    """Reserved at the end of an invocation, to record the result."""
    SHORTEST_ATTEMPT_SECONDS = 1.0
    LAST_CHANCE_SECONDS = 60.0
    """Before `expires_at`: one more attempt is made then, however long `Retry-After` is."""

    def new_lease(self) -> Lease:
        """Return a lease for the write that records the outcome, so that the same request may deliver it."""
        return Lease.until_after(self.LEASE_SECONDS, self.clock())

    def deliver_if_due(self, authorisation: Authorisation, until: float) -> Authorisation:
        """Deliver an outcome of the outbox if its next attempt is due. It is not while another caller has the lease.

        Return the session as far as it is known. Raise nothing: the outcome is recorded, and the relay will deliver it.
        """
        now = self.clock()
        due = min(authorisation.delivery_due or 0, authorisation.expires_at)
        if not authorisation.undelivered or now < due:
            return authorisation
        try:
            return self.acquire_and_deliver(authorisation.authorisation_id, until) or authorisation
        except ServiceUnavailableError:
            return authorisation

    def acquire_and_deliver(self, authorisation_id: str, until: float) -> Authorisation | None:
        """Take the lease and deliver. Without the lease change nothing, except that an expired session is recorded.

        Return the session after it, or None where there is none. Raise ServiceUnavailableError if the lease could not
        be taken.
        """
        now = self.clock()
        try:
            leased = self.store.apply(updates.take_lease(authorisation_id, self.new_lease(), now=now))
        except TransitionRefusedError as refused:
            found = refused.authorisation
            if found is None or refused.reason is not Refusal.EXPIRED or not found.undelivered:
                return found
            return self._record(updates.expire(authorisation_id, now=now), found)
        return self.deliver(leased, until)

    def deliver(self, authorisation: Authorisation, until: float) -> Authorisation:
        """Deliver under the lease that `authorisation` has. Temporary failures are retried `until` then."""
        earlier_uncertain = authorisation.uncertain_attempts > 1  # the lease's own attempts are counted already
        uncertain = False
        attempts = sum(entry["event"] == POSTPONE.event for entry in authorisation.history)
        while True:
            result = self._attempt(authorisation, after_uncertain=earlier_uncertain or uncertain)
            attempts += 1
            now = self.clock()
            match result:
                case Acknowledged(how):
                    return self._record(updates.deliver(authorisation, how=how, now=now), authorisation)
                case Rejected(reason):
                    return self._record(updates.reject(authorisation, reason=reason, now=now), authorisation)
            uncertain |= result.uncertain
            due = self._next_attempt(authorisation, attempts, result.retry_after or 0, now)
            if due >= min(until, authorisation.expires_at) or not self._has_time_after(due - now):
                postponed = updates.postpone(
                    authorisation, until=due, uncertain=uncertain, reason=result.reason, now=now
                )
                return self._record(postponed, authorisation)
            self.pause(due - now)

    def _attempt(self, authorisation: Authorisation, *, after_uncertain: bool) -> PatchResult:
        if not self._has_time_after(0):
            return Retryable("no time was left", uncertain=False)
        timeout = min(self.ATTEMPT_SECONDS, self.time_left() - self.WRITING_SECONDS)
        try:
            response = self.authorisations.patch_authorisation(
                authorisation.authorisation_id, authorisation.status or "", timeout=timeout
            )
        except NotSentError as error:
            return Retryable(str(error), uncertain=False, retry_after=error.retry_after)
        seconds_left = authorisation.expires_at - self.clock()
        return interpret(response, after_uncertain=after_uncertain, seconds_left=seconds_left)

    def _has_time_after(self, pause: float) -> bool:
        """Tell whether the invocation leaves the time for another attempt after a pause in seconds."""
        return self.time_left() - pause >= self.SHORTEST_ATTEMPT_SECONDS + self.WRITING_SECONDS

    def _next_attempt(self, authorisation: Authorisation, attempts: int, retry_after: float, now: float) -> float:
        """Return when the next attempt is due.

        Full jitter: a random pause below a limit that doubles, so that many that failed together do not retry together.
        """
        limit = min(self.LONGEST_PAUSE_SECONDS, self.FIRST_PAUSE_SECONDS * 2**attempts)
        due = now + max(self.spread(0, limit), retry_after)
        last_chance = authorisation.expires_at - self.LAST_CHANCE_SECONDS
        if now < last_chance:
            return min(due, last_chance)
        # At `expires_at` the entry must be due, so that the relay records that the session expired.
        return min(due, max(now, authorisation.expires_at))

    def _record(self, update: Update, known: Authorisation) -> Authorisation:
        """Write the update. If another attempt ended the delivery meanwhile, return the session as it left it.

        If the write fails, the entry stays in the outbox with an uncertain attempt, and is due when the lease ends.
        """
        try:
            after = self.store.apply(update)
        except TransitionRefusedError as refused:
            return refused.authorisation or known
        except ServiceUnavailableError:
            return known
        self.count(METRICS[update.transition.event])
        return after
