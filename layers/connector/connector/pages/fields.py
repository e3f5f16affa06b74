"""The fields of a prompt, as a form shows them: each with its id, its value, and what is wrong with it."""

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
    """One field of a form. `id` is ours: the field's own name may be an id of the page that embeds the form."""

    field: Field
    id: str
    value: str
    missing: bool
    autocomplete: str

    @property
    def wrong(self) -> bool:
        """Whether the answer is missing or wrong."""
        return self.missing or bool(self.field.error)

    @property
    def described_by(self) -> str:
        """The ids of the field's hint and error (space-separated)."""
        parts = [("hint", bool(self.field.hint)), ("error", self.wrong)]
        return " ".join(f"{self.id}-{part}" for part, there in parts if there)

    @property
    def first_control(self) -> str:
        """The id that a link to this field needs: of a choice, its first option's."""
        return f"{self.id}-1" if self.field.kind is Kind.CHOICE else self.id


def questions(prompt: Prompted) -> tuple[Question, ...]:
    """Return the fields as the form shows them. Typed texts are shown again, passwords and codes are not."""
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
    # Password managers fill in a text field beside a password as the user name.
    if kind is Kind.TEXT and Kind.PASSWORD in kinds:
        return "username"
    return _AUTOCOMPLETE.get(kind, "off")
