"""A form of ours, read when the customer's browser submits it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self, get_args

from connector.journey.dialogue.visit import TicketHolder
from connector.session.authorisation import canonical_id, step_number

type Do = Literal["continue", "answer", "refresh", "cancel"]

_ANSWER = "answer."
_LONGEST_TICKET = 100


class InvalidFormError(ValueError):
    """No form or link of ours is like this."""


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """Which button the customer pressed, at which step, and what they typed."""

    holder: TicketHolder
    do: Do
    step: int
    typed: Mapping[str, str] = field(repr=False)
    in_whole_window: bool = False
    """Whether the form opened the answer in the whole window, for a browser that does not say so itself."""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Self:
        """Read a form's fields. Raise InvalidFormError."""
        authorisation_id = canonical_id(fields.get("authorisation_id", ""))
        ticket, do, step = fields.get("ticket", ""), fields.get("do"), step_number(fields.get("step", "0"))
        if authorisation_id is None or not 0 < len(ticket) <= _LONGEST_TICKET:
            raise InvalidFormError("a form without a session's id and ticket")
        if do not in get_args(Do.__value__) or step is None:
            raise InvalidFormError("a form without a button and a step of ours")
        typed = {name.removeprefix(_ANSWER): value for name, value in fields.items() if name.startswith(_ANSWER)}
        whole = fields.get("window") == "whole"
        return cls(TicketHolder(authorisation_id, ticket), do, step, typed, whole)  # type: ignore[arg-type]  # `do` was checked above
