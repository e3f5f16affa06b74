"""What a form of ours brings back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

from connector.journey.visit import Bearer
from connector.session.authorisation import canonical_id

type Do = Literal["continue", "answer", "look", "cancel"]

_ANSWER = "answer."
_LONGEST_TICKET = 100


class NotOurs(ValueError):  # noqa: N818 - an answer to the caller, not an error of the program
    """No form or link of ours is like this."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What the customer pressed, at which step, and what they typed."""

    bearer: Bearer
    do: Do
    step: int
    typed: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Self:
        """Read a form's fields. Raise NotOurs."""
        authorisation_id = canonical_id(form.get("authorisation_id", ""))
        ticket, do, step = form.get("ticket", ""), form.get("do"), form.get("step", "0")
        if authorisation_id is None or not 0 < len(ticket) <= _LONGEST_TICKET:
            raise NotOurs("a form without whose it is")
        if do not in get_args(Do.__value__) or not (step.isascii() and step.isdecimal() and len(step) < 10):  # noqa: PLR2004 - more steps than a journey has time for
            raise NotOurs("a form without what to do")
        typed = {name.removeprefix(_ANSWER): value for name, value in form.items() if name.startswith(_ANSWER)}
        return cls(Bearer(authorisation_id, ticket), do, int(step), typed)  # type: ignore[arg-type]  # one of them, as said above
