"""The moves of the customer's journey, between `open` and `decide`.

::

    claim ──> the authenticator is asked ──> ask (the next step), or decide (the outcome), or release (it cannot answer)

An answer is claimed by one write, for as long as the authenticator may take. Whoever submits it a second time meanwhile
finds the claim; afterwards, another step. A claim that nobody gave back, because the function died, ends by itself.
"""

from collections.abc import Mapping
from dataclasses import replace

from connector.authenticators.port import Denied
from connector.journey import prompt
from connector.journey.prompt import Prompt
from connector.session import updates
from connector.session.authorisation import Authorisation
from connector.session.transition import ASK, CLAIM, NOTHING, RELEASE, Update

_LEASE = frozenset({"lease", "lease_until"})


def claim(  # noqa: PLR0913 - the answer, the proof of whose it is, and its limits are one write
    authorisation_id: str, proof: Mapping[str, str], *, step: int, lease: updates.Lease, max_attempts: int, now: float
) -> Update:
    """Take the right to have one answer looked at."""
    return Update(
        transition=CLAIM,
        authorisation_id=authorisation_id,
        now=now,
        id=lease.id,
        equals=proof,
        at_step=step,
        attempts_below=max_attempts,
        sets={"lease": lease.id, "lease_until": lease.until},
        detail={"step": step},
    )


def ask(  # noqa: PLR0913 - the step and the proof of who takes it there are one write
    authorisation_id: str,
    shown: Prompt,
    *,
    proof: Mapping[str, str],
    step: int,
    refused: bool,
    now: float,
    also: Mapping[str, str | int] = NOTHING,
) -> Update:
    """Go to the next step. `step` is the one before it; `refused` counts an attempt."""
    sets: dict[str, str | int] = {"step": step + 1, "prompt": prompt.write(shown), **also}
    if not isinstance(shown, Denied) and shown.memory:
        sets["memory"] = shown.memory
    return Update(
        transition=ASK,
        authorisation_id=authorisation_id,
        now=now,
        id=updates.new_id(),
        equals=proof,
        at_step=step,
        sets=sets,
        adds={"attempts": 1} if refused else NOTHING,
        removes=_LEASE,
        detail={"step": step + 1, "says": shown.says},
    )


def release(claimed: Authorisation, *, now: float) -> Update:
    """Give a claim back; the step stays as it is."""
    return Update(
        transition=RELEASE,
        authorisation_id=claimed.authorisation_id,
        now=now,
        id=updates.new_id(),
        equals={"lease": claimed.lease or ""},
        removes=_LEASE,
    )


def conclude(
    decision: Update,
    *,
    step: int | None,
    also: Mapping[str, str | int] = NOTHING,
    reason: str | None = None,
    denied: Denied | None = None,
) -> Update:
    """Bind a decision to the step that led to it. `also` must hold of the session, in this very write."""
    sets = dict(decision.sets)
    if reason:
        sets["reason"] = reason
    if denied:
        sets["prompt"] = prompt.write(denied)
    return replace(
        decision,
        equals={**decision.equals, **also},
        at_step=step,
        sets=sets,
        # The lease of what is owed replaces the claim.
        removes=frozenset({"callback_ticket"}) | (frozenset() if "lease" in sets else _LEASE),
        detail={**decision.detail, **({"reason": reason} if reason else {})},
    )
