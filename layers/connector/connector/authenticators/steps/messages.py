"""The messages between `steps` and the provider's backend (docs/authenticator-api.yaml), as pydantic models.

An answer is read strictly: by the document's names only, and without conversion of one type into another. Members that
the document does not name are ignored: a later minor version may add some.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from connector.authenticators import port
from connector.authenticators.port import Kind

type Text = Annotated[str, StringConstraints(max_length=1000)]
type Error = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
type Identifier = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Request(BaseModel):
    """A message that the connector sends. Members are in camel case on the wire."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)


class Response(BaseModel):
    """A message that the backend answers with. Members are in camel case, and only that name is read."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True, frozen=True)


class NewJourney(Request):
    """POST /v1/journeys. `expires_at` is RFC 3339."""

    authorisation_id: str
    external_id: str
    bank_id: str | None
    locale: str
    expires_at: str


class Answers(Request):
    """POST /v1/journeys/{journeyId}/answers."""

    answers: dict[str, str]


class Option(Response):
    """One of the options of a choice."""

    value: Identifier
    label: Text
    hint: Text = ""


class FormField(Response):
    """One field of a form."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
    kind: Kind
    label: Text = ""
    hint: Text = ""
    error: Error = ""
    autocomplete: Annotated[str, StringConstraints(max_length=64)] = ""
    options: Annotated[tuple[Option, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _a_choice_has_options(self) -> "FormField":
        if self.kind is Kind.CHOICE and not self.options:
            raise ValueError("a choice has options")
        _no_repetition("options' values", [option.value for option in self.options])
        return self


class Ask(Response):
    """Show the customer a form."""

    type: Literal["ask"]
    fields_: Annotated[tuple[FormField, ...], Field(alias="fields", min_length=1, max_length=10)]
    heading: Text = ""
    text: Text = ""
    error: Error = ""

    @model_validator(mode="after")
    def _each_name_is_one_fields(self) -> "Ask":
        _no_repetition("fields' names", [field.name for field in self.fields_])
        return self

    def result(self, journey_id: str) -> port.AuthenticatorResult:
        """Return the port's result."""
        fields = tuple(
            port.Field(
                name=field.name,
                kind=field.kind,
                label=field.label,
                hint=field.hint,
                error=field.error,
                autocomplete=field.autocomplete,
                options=tuple(port.Option(option.value, option.label, option.hint) for option in field.options),
            )
            for field in self.fields_
        )
        return port.Ask(fields=fields, heading=self.heading, text=self.text, error=self.error, memory=journey_id)


class Wait(Response):
    """Let the customer do something elsewhere."""

    type: Literal["wait"]
    seconds: Annotated[int, Field(ge=1, le=60)]
    heading: Text = ""
    text: Text = ""

    def result(self, journey_id: str) -> port.AuthenticatorResult:
        """Return the port's result."""
        return port.Wait(seconds=self.seconds, heading=self.heading, text=self.text, memory=journey_id)


class Granted(Response):
    """The customer proved to hold these accounts."""

    type: Literal["granted"]
    external_ids: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=1000)]

    def result(self, _: str) -> port.AuthenticatorResult:
        """Return the port's result."""
        return port.Granted(frozenset(self.external_ids))


class Denied(Response):
    """The customer did not prove who they are."""

    type: Literal["denied"]
    final: bool
    text: Text = ""

    def result(self, _: str) -> port.AuthenticatorResult:
        """Return the port's result."""
        return port.Denied(final=self.final, text=self.text)


class Journey(Response):
    """A journey and its current step."""

    journey_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$")]
    step: Annotated[Ask | Wait | Granted | Denied, Discriminator("type")]

    def result(self) -> port.AuthenticatorResult:
        """Return the port's result."""
        return self.step.result(self.journey_id)


def _no_repetition(what: str, values: list[str]) -> None:
    if len(set(values)) < len(values):
        raise ValueError(f"the {what} are unique")
