"""The updates of the customer's journey after its start (`open_session`). `now` is in seconds since the epoch.

A step is claimed for as long as the authenticator may take. A repeated answer finds the claim until the check ends;
afterwards, another step. A claim that was never released, because the function was killed, ends by itself.
"""

from collections.abc import Mapping
from dataclasses import replace

from connector.authenticators.port import Denied, SendTo, Wait
from connector.journey.dialogue import prompt
from connector.journey.dialogue.next_step import Conclusion, NextPrompt
from connector.session import ticket as tickets
from connector.session.authorisation import Authorisation, Outcome
from connector.session.conditions import AWAITS_ANSWER, AWAITS_BEGIN, NOTHING
from connector.session.transitions import BEGIN, CLAIM, COUNT, DECIDE, POLL, PROMPT, RELEASE
from connector.session.update import LEASE_ATTRIBUTES, OUTBOX, Lease, Update

POLL_BURST = 5

_UNHEARD = frozenset({"unheard"})


def claim(  # noqa: PLR0913 - the answer, the proof of whose it is, and its limits are one write
    authorisation_id: str,
    proof: Mapping[str, str],
    *,
    step: int,
    lease: Lease,
    max_attempts: int,
    max_begins: int | None = None,
    now: float,
) -> Update:
    """Take the right to have one answer checked. `proof`: stored values that the caller knows.

    With `max_begins` take the right to let the authenticator begin: before the first prompt, after a denial, or instead
    of coming back from another site.
    """
    beginning = max_begins is not None
    return Update(
        transition=BEGIN if beginning else CLAIM,
        authorisation_id=authorisation_id,
        now=now,
        id=lease.id,
        equals=proof,
        at_step=step,
        attempts_below=max_attempts,
        begins_below=max_begins,
        sets=lease.attributes,
        adds={"begins": 1} if beginning else NOTHING,
        detail={"step": step},
    )


def poll(session: Authorisation, proof: Mapping[str, str], *, now: float) -> Update | None:
    """Take the right to ask the authenticator whether a wait is over; None where there were too many polls.

    The authenticator gets one poll a second, and at most POLL_BURST at once (the generic cell rate algorithm).
    """
    until = max(session.polled_until or 0, int(now)) + 1
    if until > now + POLL_BURST:
        return None
    return Update(
        transition=POLL,
        authorisation_id=session.authorisation_id,
        now=now,
        equals=proof,
        at_step=session.step,
        polled_until_below=until,
        sets={"polled_until": until},
        recorded=False,
    )


def ask(
    session: Authorisation,
    following: NextPrompt,
    *,
    proof: Mapping[str, str],
    now: float,
    callback: Mapping[str, str] = NOTHING,
) -> Update:
    """Go on from the session's step to the next prompt. `callback`: what `Callback.stored` returns."""
    shown, step = following.prompt, session.step + 1
    awaits = AWAITS_BEGIN if isinstance(shown, Denied | SendTo) else AWAITS_ANSWER
    sets: dict[str, str | int] = {"step": step, "prompt": prompt.write(shown), "awaits": awaits, **callback}
    if not isinstance(shown, Denied) and shown.memory:
        sets["memory"] = shown.memory
    return Update(
        transition=PROMPT,
        authorisation_id=session.authorisation_id,
        now=now,
        equals=proof,
        at_step=session.step,
        sets=sets,
        adds={"attempts": 1} if following.refused else NOTHING,
        removes=LEASE_ATTRIBUTES | _UNHEARD,
        detail={"step": step, "says": shown.says},
        # A wait whose text changes at each poll is one entry.
        recorded=not (isinstance(shown, Wait) and session.lease is None),
    )


def count_unheard(claimed: Authorisation, *, now: float) -> Update:
    """Count an attempt for the answer before, whose result was not received: the authenticator may have refused it."""
    return Update(
        transition=COUNT,
        authorisation_id=claimed.authorisation_id,
        now=now,
        equals={"lease": claimed.lease or ""},
        adds={"attempts": 1},
        removes=_UNHEARD,
    )


def release(claimed: Authorisation, *, now: float, unheard: str | None = None) -> Update:
    """Release a claim; the step stays as it is. `unheard`: the key of an answer whose result was not received."""
    return Update(
        transition=RELEASE,
        authorisation_id=claimed.authorisation_id,
        now=now,
        equals={"lease": claimed.lease or ""},
        sets=NOTHING if unheard is None else {"unheard": unheard},
        removes=LEASE_ATTRIBUTES,
    )


def decide(  # noqa: PLR0913 - the outcome, the status to report and the proof of the caller are one write
    authorisation_id: str, ticket: str, outcome: Outcome, *, status: str, lease: Lease, now: float
) -> Update:
    """Record the outcome and, in the same write, the outbox entry and the lease of its first delivery.

    An empty `status` means that this outcome is not reported: the outbox gets no entry.
    """
    entry: dict[str, str | int] = {
        "status": status,
        "outbox": OUTBOX,
        "decided_at": int(now),
        "delivery_due": lease.until,
        **lease.attributes,
    }
    return Update(
        transition=DECIDE,
        authorisation_id=authorisation_id,
        now=now,
        equals={"ticket_hash": tickets.hash_of(ticket)},
        sets={"outcome": outcome.value, **(entry if status else {})},
        adds={"uncertain_attempts": 1} if status else {},
        detail={"outcome": outcome.value},
    )


def conclude(
    decision: Update, conclusion: Conclusion, *, step: int | None, proof: Mapping[str, str] = NOTHING
) -> Update:
    """Bind a decision to the step that led to it, and to the account whose holder the customer proved to be."""
    owner = {} if conclusion.owner is None else {"external_id": conclusion.owner}
    reason = {} if conclusion.reason is None else {"reason": conclusion.reason}
    denied = {} if conclusion.denied is None else {"prompt": prompt.write(conclusion.denied)}
    account = {} if conclusion.account_status is None else {"account_status": conclusion.account_status}
    return replace(
        decision,
        equals={**decision.equals, **proof, **owner},
        at_step=step,
        sets={**decision.sets, **reason, **denied, **account},
        # The lease of the delivery replaces the claim.
        removes=frozenset({"callback_ticket"})
        | _UNHEARD
        | (frozenset() if "lease" in decision.sets else LEASE_ATTRIBUTES),
        detail={**decision.detail, **reason, **account},
    )
