"""Telling Banking Service the outcome: once, as far as anyone can know, and until it is told or time is up."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from connector import moves
from connector.authorisation import Authorisation, Move, Refused
from connector.sage.provider_api import Answer
from connector.sage.tokens import TokenUnavailable
from connector.settings import ConfigurationError
from connector.store import Store

_TEMPORARY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_CLEARLY_NOT_TOLD = {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


@dataclass(frozen=True, slots=True)
class Told:
    """Banking Service knows the outcome."""

    how: str


@dataclass(frozen=True, slots=True)
class NotTold:
    """Banking Service does not know the outcome or, if `doubtful`, may or may not know it. Worth another attempt."""

    because: str
    doubtful: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """Banking Service will not take the outcome."""

    because: str


type Verdict = Told | NotTold | RefusedForGood


def judge(answer: Answer, *, in_doubt: bool) -> Verdict:
    """Say what an answer to PATCH /authorisations means.

    `in_doubt`: an earlier attempt may have reached Banking Service. Then a 409 ("not in a state which supports the
    current operation") most likely means that it did. See docs/decisions.md.
    """
    status = answer.status
    if status is None:
        return NotTold("no answer", doubtful=answer.sent)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Told("acknowledged")
    if status == HTTPStatus.CONFLICT and in_doubt:
        return Told("conflict after an attempt in doubt")
    if status in _TEMPORARY or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return NotTold(f"HTTP {status}", doubtful=status not in _CLEARLY_NOT_TOLD, retry_after=answer.retry_after)
    return RefusedForGood(f"HTTP {status}")


class BankingService(Protocol):
    """Whom we tell."""

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> Answer:
        """Send the outcome."""


class Delivery:
    """Tells Banking Service what is owed to it. The caller waits, so `until` bounds how long."""

    ATTEMPT_SECONDS = 5.0
    FIRST_PAUSE_SECONDS = 0.5
    LONGEST_PAUSE_SECONDS = 60.0
    LEASE_MARGIN_SECONDS = 15.0

    def __init__(
        self,
        store: Store,
        banking_service: BankingService,
        clock: Callable[[], float],
        pause: Callable[[float], None],
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._store = store
        self._banking_service = banking_service
        self._clock = clock
        self._pause = pause
        self._spread = spread

    def lease_for(self, until: float) -> moves.Lease:
        """Return a lease that outlives an attempt to deliver `until` then."""
        now = self._clock()
        return moves.Lease.until_after(max(until - now, 0) + self.ATTEMPT_SECONDS + self.LEASE_MARGIN_SECONDS, now)

    def settle(self, authorisation: Authorisation, until: float) -> Authorisation:
        """Take the lease of what is owed and deliver it; who does not get the lease changes nothing."""
        if not authorisation.owed:
            return authorisation
        now = self._clock()
        if authorisation.expires_at <= now:
            return self._write(moves.lapse(authorisation, now=now))
        try:
            leased = self._store.apply(moves.take_lease(authorisation.authorisation_id, self.lease_for(until), now=now))
        except Refused as refused:
            return refused.authorisation or authorisation
        return self.deliver(leased, until)

    def deliver(self, authorisation: Authorisation, until: float) -> Authorisation:
        """Deliver under the lease that `authorisation` carries, repeating what is worth repeating `until` then."""
        in_doubt = authorisation.doubt > 1  # one of them is this very attempt
        doubtful, attempts = False, 0
        while True:
            verdict = self._attempt(authorisation, until, in_doubt=in_doubt or doubtful)
            attempts += 1
            now = self._clock()
            if isinstance(verdict, Told):
                return self._write(moves.deliver(authorisation, how=verdict.how, now=now))
            if isinstance(verdict, RefusedForGood):
                return self._write(moves.reject(authorisation, because=verdict.because, now=now))
            doubtful |= verdict.doubtful
            pause = max(self._jitter(attempts), verdict.retry_after or 0)
            if now + pause >= min(until, authorisation.expires_at):
                return self._write(
                    moves.postpone(
                        authorisation, until=now + pause, doubtful=doubtful, because=verdict.because, now=now
                    )
                )
            self._pause(pause)

    def _attempt(self, authorisation: Authorisation, until: float, *, in_doubt: bool) -> Verdict:
        timeout = min(self.ATTEMPT_SECONDS, max(until - self._clock(), 1.0))
        try:
            answer = self._banking_service.patch_authorisation(
                authorisation.authorisation_id, authorisation.status or "", timeout=timeout
            )
        except (TokenUnavailable, ConfigurationError) as error:
            return NotTold(str(error), doubtful=False)
        return judge(answer, in_doubt=in_doubt)

    def _jitter(self, attempts: int) -> float:
        """Full jitter: anywhere up to a bound that doubles, so that many who failed together do not return together."""
        return self._spread(0, min(self.LONGEST_PAUSE_SECONDS, self.FIRST_PAUSE_SECONDS * 2**attempts))

    def _write(self, move: Move) -> Authorisation:
        """Write what happened; where another attempt has settled it meanwhile, return what that one wrote."""
        try:
            return self._store.apply(move)
        except Refused as refused:
            if refused.authorisation is None:
                raise
            return refused.authorisation
