"""What a form of ours brings back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

from connector.journey.visit import TicketHolder
from connector.session.authorisation import canonical_id

type Do = Literal["continue", "answer", "look", "cancel"]

_ANSWER = "answer."
_LONGEST_TICKET = 100


class InvalidFormError(ValueError):
    """No form or link of ours is like this."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What the customer pressed, at which step, and what they typed."""

    holder: TicketHolder
    do: Do
    step: int
    typed: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Self:
        """Read a form's fields. Raise InvalidFormError."""
        authorisation_id = canonical_id(form.get("authorisation_id", ""))
        ticket, do, step = form.get("ticket", ""), form.get("do"), form.get("step", "0")
        if authorisation_id is None or not 0 < len(ticket) <= _LONGEST_TICKET:
            raise InvalidFormError("a form without whose it is")
        if do not in get_args(Do.__value__) or not (step.isascii() and step.isdecimal() and len(step) < 10):  # noqa: PLR2004 - more steps than a journey has time for
            raise InvalidFormError("a form without what to do")
        typed = {name.removeprefix(_ANSWER): value for name, value in form.items() if name.startswith(_ANSWER)}
        return cls(TicketHolder(authorisation_id, ticket), do, int(step), typed)  # type: ignore[arg-type]  # one of them, as said above
