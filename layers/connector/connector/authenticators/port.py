"""The port between the journey and those who know how a customer proves who they are.

An authenticator is asked to `begin` and to `resume`, and says one of five things: `Ask`, `Wait`, `SendTo`, `Granted`,
`Denied`. Everything that it says to the customer is in the language of `Visit.locale`; where it says nothing, the pages
use words of their own.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from connector.authenticators.configuration import Configuration


class AuthenticatorUnavailableError(Exception):
    """The authenticator cannot answer now. Nothing is lost. The message is for the log and holds no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What an authenticator is told of the customer's journey."""

    authorisation_id: str
    external_id: str
    """The provider's own id of the account whose holder the customer must prove to be."""
    bank_id: str | None
    locale: str
    """BCP 47, such as `fr` or `en-GB`."""
    expires_at: int
    """When the journey ends, in seconds since the epoch."""
    key: str = field(repr=False)
    """The same for a repetition of the same answer at the same step, and for nothing else: an idempotency key."""
    memory: str = ""
    """What the authenticator asked to remember of this journey, last time."""
    callback_url: str = ""
    """Where a party that the customer was sent to sends them back."""
    callback_state: str = field(default="", repr=False)
    """The `state` that such a party must bring back. It serves once."""


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    PASSWORD = "password"  # noqa: S105 - a kind of field
    """Never shown again, never kept."""
    CODE = "code"
    """A one-time code. Spaces and hyphens are taken out of the answer."""
    CHOICE = "choice"
    """One of `options`."""
    CONFIRMATION = "confirmation"
    """A statement to agree to: answered `yes`. As the only field it is a button."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of the options of a choice."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that is asked. All fields are required."""

    name: str
    kind: Kind
    label: str = ""
    hint: str = ""
    options: tuple[Option, ...] = ()
    autocomplete: str = ""
    """A token of HTML's `autocomplete`. Empty: what goes with the kind."""
    error: str = ""
    """What is wrong with the answer that was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Ask the customer. With an error, the answer before was refused, and that costs an attempt."""

    fields: tuple[Field, ...]
    heading: str = ""
    text: str = ""
    error: str = ""
    """What is wrong with the answers together, where it must not be said which one it is."""
    memory: str = ""
    says: Literal["ask"] = "ask"

    @property
    def refuses(self) -> bool:
        """Whether this asks again because an answer was refused."""
        return bool(self.error) or any(prompt.error for prompt in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Let the customer do something elsewhere, such as approve in an app, and look again."""

    seconds: int
    """Until the next look."""
    heading: str = ""
    text: str = ""
    memory: str = ""
    says: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTo:
    """Send the customer to `url`, from where they come back to `Visit.callback_url` with `Visit.callback_state`."""

    url: str = field(repr=False)
    memory: str = ""
    says: Literal["send_to"] = "send_to"


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The customer did not prove it: `final` for good, else they may begin again, which costs an attempt."""

    final: bool
    text: str = ""
    """What to tell the customer."""
    says: Literal["denied"] = "denied"


@dataclass(frozen=True, slots=True)
class Granted:
    """The customer proved to hold these accounts (the provider's own ids); the session's must be among them."""

    external_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The customer does not want to go on, and said so to a party that they had been sent to."""


type AuthenticatorResult = Ask | Wait | SendTo | Granted | Denied | CalledOff


@dataclass(frozen=True, slots=True)
class Answers:
    """What the customer answered to `Ask`, by the fields' names."""

    by_name: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookedAgain:
    """The customer is still waiting. The same look may come more than once."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """The customer came back from where `SendTo` sent them, with these query parameters."""

    query: Mapping[str, str] = field(repr=False)


type Answer = Answers | LookedAgain | CameBack


class Authenticator(ABC):
    """Says what a customer must do. It keeps nothing itself: each call may be in another process."""

    def __init__(self, configuration: "Configuration") -> None:
        self.settings = configuration.settings
        self.secret = configuration.secret

    confirmation: Ask | None = None
    """Where a customer's confirmation is all that is wanted: what they confirm. Nobody is asked whether it holds."""

    @abstractmethod
    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Say what comes first, also when it begins again. Raise AuthenticatorUnavailableError."""

    @abstractmethod
    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Say what comes after an answer. Raise AuthenticatorUnavailableError."""

    def cancel(self, visit: Visit) -> None:  # noqa: B027 - most have nobody to tell
        """Learn that the journey ended without the authenticator's own verdict. Raise AuthenticatorUnavailableError."""
