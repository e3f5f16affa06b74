"""What an authenticator asks, as a form shows it: each field with its id, its value, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from connector.authenticators.port import Field, Kind
from connector.journey.views import Prompted

_AUTOCOMPLETE: Mapping[Kind, str] = MappingProxyType(
    {Kind.TEXT: "off", Kind.PASSWORD: "current-password", Kind.CODE: "one-time-code"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field of a form. `id` is ours: it must not meet another on a page that the field's own name might."""

    field: Field
    id: str
    value: str
    missing: bool
    autocomplete: str

    @property
    def wrong(self) -> bool:
        """Whether something is to be said about the answer that was given."""
        return self.missing or bool(self.field.error)

    @property
    def described_by(self) -> str:
        """The ids of what is said about the field: its hint, and its error (space-separated)."""
        parts = [("hint", bool(self.field.hint)), ("error", self.wrong)]
        return " ".join(f"{self.id}-{part}" for part, there in parts if there)

    @property
    def first_control(self) -> str:
        """The id of what a link to this field must reach: of a choice its first option."""
        return f"{self.id}-1" if self.field.kind is Kind.CHOICE else self.id


def questions(prompt: Prompted) -> tuple[Question, ...]:
    """Return the fields as the form shows them: what was typed is kept, except passwords and codes."""
    kinds = {field.kind for field in prompt.ask.fields}
    return tuple(
        Question(
            field=field,
            id=f"connector-field-{number}",
            value="" if field.kind.is_secret else prompt.typed.get(field.name, ""),
            missing=field.name in prompt.missing,
            autocomplete=field.autocomplete or _autocomplete(field.kind, kinds),
        )
        for number, field in enumerate(prompt.ask.fields, 1)
    )


def _autocomplete(kind: Kind, kinds: set[Kind]) -> str:
    # A text beside a password is what password managers fill in with it.
    if kind is Kind.TEXT and Kind.PASSWORD in kinds:
        return "username"
    return _AUTOCOMPLETE.get(kind, "off")
