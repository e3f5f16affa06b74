"""Telling Banking Service the outcome: once, as far as anyone can know, and until it is told or time is up.

Three callers, one way: the request that decided, a page that looks again, and the sweep.
"""

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from connector.aws.errors import ServiceUnavailableError
from connector.delivery import updates
from connector.delivery.patch_result import Acknowledged, PatchResult, Rejected, Retryable, interpret
from connector.sage.provider_api import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, Reason, TransitionRefusedError
from connector.session.store import Store
from connector.session.transitions import DELIVER, EXPIRE, POSTPONE, REJECT
from connector.session.updates import Lease, Update

COUNTED: Mapping[str, str] = MappingProxyType(
    {
        DELIVER.event: "OutcomeDelivered",
        REJECT.event: "OutcomeRejected",
        EXPIRE.event: "OutcomeExpired",
        POSTPONE.event: "DeliveryPostponed",
    }
)
"""The metric for each thing that can happen to what is owed."""


class BankingService(Protocol):
    """The Provider API, as far as delivery needs it (`connector.sage.provider_api.ProviderApi`)."""

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        """Report the outcome. Raise NotSentError."""


class Delivery:
    """Tells Banking Service what is owed to it. The caller waits, so `until` bounds how long.

    `time_left` is what Lambda still grants, in seconds; `count` is told the metric of everything that happened.
    """

    ATTEMPT_SECONDS = 5.0
    FIRST_PAUSE_SECONDS = 0.5
    LONGEST_PAUSE_SECONDS = 30.0
    LEASE_SECONDS = 30.0
    """Longer than Lambda lets the function run that takes it: when it ends, its holder is gone."""
    WRITING_SECONDS = 4.0
    """Kept free at the end of an invocation, to write down what happened."""
    SHORTEST_ATTEMPT_SECONDS = 1.0
    LAST_CHANCE_SECONDS = 60.0
    """So long before the end there is one more attempt, whatever `Retry-After` says: afterwards it is too late."""
    UNCLEAR_SECONDS = 30.0
    """So long before the end a 409 may also mean that the session is over: Banking Service's began a moment earlier."""

    def __init__(  # noqa: PLR0913 - the world outside: two parties, time in four forms, chance
        self,
        store: Store,
        banking_service: BankingService,
        clock: Callable[[], float],
        pause: Callable[[float], None],
        spread: Callable[[float, float], float] = random.uniform,
        *,
        time_left: Callable[[], float] = lambda: float("inf"),
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._banking_service = banking_service
        self._clock = clock
        self._pause = pause
        self._spread = spread
        self._time_left = time_left
        self._count = count

    def new_lease(self) -> Lease:
        """Return a lease for the write that decides, so that the same request may deliver."""
        return Lease.until_after(self.LEASE_SECONDS, self._clock())

    def settle(self, authorisation: Authorisation, until: float) -> Authorisation:
        """Deliver what is owed, if it is due. It is not while somebody is at it, or Banking Service asked for patience.

        Whatever fails here, the caller gets the session as far as it is known: the outcome is recorded.
        """
        now = self._clock()
        due = authorisation.delivery_due or 0
        if not authorisation.undelivered or due > now < authorisation.expires_at:
            return authorisation
        try:
            return self.collect(authorisation.authorisation_id, until) or authorisation
        except ServiceUnavailableError:
            return authorisation

    def collect(self, authorisation_id: str, until: float) -> Authorisation | None:
        """Take the lease and deliver; who does not get it changes nothing. Past the session's end, give up.

        Return the session as it stands then. Raise ServiceUnavailableError where the lease could not be asked for.
        """
        now = self._clock()
        try:
            leased = self._store.apply(updates.take_lease(authorisation_id, self.new_lease(), now=now))
        except TransitionRefusedError as refused:
            found = refused.authorisation
            return (
                self._write(updates.expire(authorisation_id, now=now), found) if found and _is_over(refused) else found
            )
        return self.deliver(leased, until)

    def deliver(self, authorisation: Authorisation, until: float) -> Authorisation:
        """Deliver under the lease that `authorisation` carries, repeating what is worth repeating `until` then."""
        maybe_received = authorisation.uncertain_attempts > 1  # one of them is this very attempt
        uncertain = False
        attempts = sum(entry["event"] == POSTPONE.event for entry in authorisation.history)
        while True:
            result = self._attempt(authorisation, maybe_received=maybe_received or uncertain)
            attempts += 1
            now = self._clock()
            if isinstance(result, Acknowledged):
                return self._write(updates.deliver(authorisation, how=result.how, now=now), authorisation)
            if isinstance(result, Rejected):
                return self._write(updates.reject(authorisation, reason=result.reason, now=now), authorisation)
            uncertain |= result.uncertain
            again = self._again(authorisation, attempts, result.retry_after or 0, now)
            if again >= min(until, authorisation.expires_at) or not self._fits(again - now):
                update = updates.postpone(
                    authorisation, until=again, uncertain=uncertain, reason=result.reason, now=now
                )
                return self._write(update, authorisation)
            self._pause(again - now)

    def _attempt(self, authorisation: Authorisation, *, maybe_received: bool) -> PatchResult:
        if not self._fits(0):
            return Retryable("no time was left", uncertain=False)
        timeout = min(self.ATTEMPT_SECONDS, self._time_left() - self.WRITING_SECONDS)
        try:
            answer = self._banking_service.patch_authorisation(
                authorisation.authorisation_id, authorisation.status or "", timeout=timeout
            )
        except NotSentError as error:
            return Retryable(str(error), uncertain=False, retry_after=error.retry_after)
        clear = self._clock() < authorisation.expires_at - self.UNCLEAR_SECONDS
        return interpret(answer, maybe_received=maybe_received and clear)

    def _fits(self, pause: float) -> bool:
        """Tell whether Lambda leaves the time for another attempt after a pause."""
        return self._time_left() - pause >= self.SHORTEST_ATTEMPT_SECONDS + self.WRITING_SECONDS

    def _again(self, authorisation: Authorisation, attempts: int, retry_after: float, now: float) -> float:
        """Say when to try again.

        Full jitter: anywhere up to a bound that doubles, so that many who failed together do not return together.
        """
        bound = min(self.LONGEST_PAUSE_SECONDS, self.FIRST_PAUSE_SECONDS * 2**attempts)
        again = now + max(self._spread(0, bound), retry_after)
        last_chance = authorisation.expires_at - self.LAST_CHANCE_SECONDS
        if now < last_chance:
            return min(again, last_chance)
        # Past its end the session is due at once: the sweep must find it, to say that it was never told.
        return min(again, max(now, authorisation.expires_at))

    def _write(self, update: Update, known: Authorisation) -> Authorisation:
        """Write what happened; where another attempt has settled it meanwhile, return what that one wrote.

        Where it cannot be written it stays owed, in doubt, and is found again when the lease ends.
        """
        try:
            after = self._store.apply(update)
        except TransitionRefusedError as refused:
            return refused.authorisation or known
        except ServiceUnavailableError:
            return known
        self._count(COUNTED[update.transition.event])
        return after


def _is_over(refused: TransitionRefusedError) -> bool:
    found = refused.authorisation
    return refused.reason is Reason.EXPIRED and found is not None and found.undelivered
