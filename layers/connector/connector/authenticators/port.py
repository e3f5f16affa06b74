"""The port between the journey and whatever proves who a customer is.

The journey calls an authenticator's `begin` and `resume`. Each returns one of five results: `Ask`, `Wait`, `SendTo`,
`Granted`, `Denied`; after `SendTo`, `Cancelled` is a sixth. Every text for the customer is in the language of
`Visit.locale`. Where a text is empty, the pages use their own words.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from connector.authenticators.configuration import Configuration


class AuthenticatorUnavailableError(Exception):
    """The authenticator has no result now; the customer may try again. The message is logged: no secrets in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The part of the customer's journey that an authenticator gets."""

    authorisation_id: str
    external_id: str
    """The provider's own id of the account whose holder the customer must prove to be."""
    bank_id: str | None
    locale: str
    """BCP 47, such as `fr` or `en-GB`."""
    expires_at: int
    """When the journey ends, in seconds since the epoch."""
    key: str = field(repr=False)
    """An idempotency key: the same for the same answer at the same step, different for everything else."""
    memory: str = ""
    """The `memory` of the authenticator's last result for this journey."""
    callback_url: str = ""
    """The URL to which the site of `SendTo` must send the customer back."""
    callback_state: str = field(default="", repr=False)
    """The `state` parameter that must come back with the customer. It is valid once."""


class Kind(StrEnum):
    """The kind of a field's value."""

    TEXT = "text"
    PASSWORD = "password"  # noqa: S105 - a kind of field
    """Never shown again, never stored."""
    CODE = "code"
    """A one-time code. Spaces and hyphens are removed from the answer."""
    CHOICE = "choice"
    """One of `options`."""
    CONFIRMATION = "confirmation"
    """A statement to agree to; the answer is `yes`. As the only field it is a button."""

    @property
    def is_secret(self) -> bool:
        """Whether an answer is never shown again and never stored."""
        return self in {Kind.PASSWORD, Kind.CODE}


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options of a choice."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form. All fields are required."""

    name: str
    kind: Kind
    label: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    autocomplete: str = ""
    """A token of HTML's `autocomplete` attribute. Empty: the usual token of the kind."""
    error: str = ""
    """The fault of the answer, in words for the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Show the customer a form. With an error the answer before was refused, which costs an attempt."""

    fields: tuple[Field, ...]
    heading: str = ""
    text: str = ""
    error: str = ""
    """The fault of the answers together, where the page must not say which of them is wrong."""
    memory: str = ""
    says: Literal["ask"] = "ask"

    @property
    def refuses(self) -> bool:
        """Whether the answer before was refused."""
        return bool(self.error) or any(field.error for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Let the customer do something elsewhere, such as approve in an app. The page polls meanwhile."""

    seconds: int
    """Between two polls."""
    heading: str = ""
    text: str = ""
    memory: str = ""
    says: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTo:
    """Send the customer to the site at `url`. They come back to `Visit.callback_url` with `Visit.callback_state`."""

    url: str = field(repr=False)
    memory: str = ""
    says: Literal["send_to"] = "send_to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The customer did not prove who they are. `final`: for good; else they may begin again, which costs an attempt."""

    final: bool
    text: str = ""
    """Shown to the customer."""
    says: Literal["denied"] = "denied"


@dataclass(frozen=True, slots=True)
class Granted:
    """The customer proved to hold these accounts (the provider's own ids). The session's account must be among them."""

    external_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The customer cancelled on the site of `SendTo`."""


type AuthenticatorResult = Ask | Wait | SendTo | Granted | Denied | Cancelled


@dataclass(frozen=True, slots=True)
class Answers:
    """The customer's answers to `Ask`, by the fields' names."""

    by_name: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """A poll after `Wait`: has it happened? The same poll may come more than once."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """The customer came back from where `SendTo` sent them, with these query parameters."""

    query: Mapping[str, str] = field(repr=False)


type Answer = Answers | StillWaiting | CameBack


class Authenticator(ABC):
    """Says what a customer must do next. It keeps nothing itself: each call may be in another process."""

    def __init__(self, configuration: "Configuration") -> None:
        self.settings = configuration.settings
        self.secret = configuration.secret

    @abstractmethod
    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Return the first result, also when the customer begins again. Raise AuthenticatorUnavailableError."""

    @abstractmethod
    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Return what follows an answer. Raise AuthenticatorUnavailableError."""

    def cancel(self, visit: Visit) -> None:  # noqa: B027 - most have nothing to clean up
        """Clean up: the journey ended without a result of the authenticator. Raise AuthenticatorUnavailableError."""
