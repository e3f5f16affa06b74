"""The views of the journey: what the use case returns, and what a page renders.

Every form of these pages posts to `/completion`: `authorisation_id`, `ticket`, `step` (the session's), and `do`:

- `continue`: begin; begin again after `DeniedOnce` or on `SentTo`
- `answer`: the answers to `Prompted`, each as `answer.{field.name}`
- `refresh`: show the current view, from `Waiting`, `Checking` and `Interrupted`
- `cancel`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.authenticators.port import Ask, Denied, Wait
from connector.session.authorisation import Authorisation


@dataclass(frozen=True, slots=True)
class Prompted:
    """The customer answers a form. `attempts_left` counts the refused answers that are left, the last one included."""

    authorisation: Authorisation
    ask: Ask
    attempts_left: int
    missing: frozenset[str] = frozenset()
    """Names of fields without a usable answer. The authenticator did not get it, and it cost no attempt."""
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The answers that the customer has just typed, without passwords and codes."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The customer does something elsewhere."""

    authorisation: Authorisation
    wait: Wait


@dataclass(frozen=True, slots=True)
class Checking:
    """The authenticator checks an answer at the moment, perhaps one from another tab. A refresh shows the result."""

    authorisation: Authorisation


@dataclass(frozen=True, slots=True)
class SentTo:
    """The customer goes to another site. Without a URL they were sent before, and `continue` sends them again."""

    authorisation: Authorisation
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DeniedOnce:
    """The customer did not prove who they are; `continue` begins again."""

    authorisation: Authorisation
    denied: Denied
    attempts_left: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The authenticator is unavailable, or has not begun. Nothing is lost: Try again does `do`, at the same step."""

    authorisation: Authorisation
    do: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome is recorded. Banking Service may not have acknowledged it yet (`authorisation.undelivered`).

    Of a failure `authorisation.reason` says why: `denied`, `wrong_owner`, `account_not_waiting` or `attempts`.
    """

    authorisation: Authorisation
    denied: Denied | None = None
    """The authenticator's result where it denied for good."""


type View = Prompted | Waiting | Checking | SentTo | DeniedOnce | Interrupted | Ended
