"""What a page of the journey has to show: the answers of the use case to whoever renders.

Every form of these pages posts to `/completion`: `authorisation_id`, `ticket`, `step` (the session's), and `do`:

- `continue`: begin, or begin again after `DeniedOnce` or on `SentTo`
- `answer`: the answers to `Prompted`, each as `answer.{field.name}`
- `look`: see where the journey stands now, from `Waiting`, `Checking` and `Interrupted`
- `cancel`
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.authenticators.port import Ask, Denied, Wait
from connector.session.authorisation import Authorisation


@dataclass(frozen=True, slots=True)
class Prompted:
    """The customer is asked. `attempts_left` counts the refusals that they may still have, the last one included."""

    authorisation: Authorisation
    ask: Ask
    attempts_left: int
    missing: frozenset[str] = frozenset()
    """Names of fields whose answer is missing, or none of the options: nobody was asked about it, it cost nothing."""
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the customer typed just now, without passwords and codes."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The customer does something elsewhere."""

    authorisation: Authorisation
    wait: Wait


@dataclass(frozen=True, slots=True)
class Checking:
    """An answer, perhaps from another tab, is being looked at right now. A look in a second or two tells more."""

    authorisation: Authorisation


@dataclass(frozen=True, slots=True)
class SentTo:
    """The customer goes to another site. Without a URL they were sent before, and `continue` sends them again."""

    authorisation: Authorisation
    url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DeniedOnce:
    """The proof did not hold; `continue` begins again."""

    authorisation: Authorisation
    denied: Denied
    attempts_left: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The authenticator cannot answer now. Nothing is lost: `do` is what Try again does, at the same step."""

    authorisation: Authorisation
    do: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome is recorded. While it is `owed`, Banking Service does not know it yet.

    Of a failure `authorisation.reason` says why: `denied`, `wrong_owner` or `attempts`.
    """

    authorisation: Authorisation
    denied: Denied | None = None
    """What the authenticator said of it, if it did."""


type View = Prompted | Waiting | Checking | SentTo | DeniedOnce | Interrupted | Ended
