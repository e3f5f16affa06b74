"""What the customer was told last, as the session keeps it, so that it can be shown again.

It describes the step and holds nothing that anybody answered. A URL to send the customer to is left out: it carries
values that serve once.
"""

from dataclasses import replace
from typing import Annotated

from pydantic import Discriminator, TypeAdapter

from connector.authenticators.port import Ask, Denied, SendTo, Wait

type Prompt = Ask | Wait | SendTo | Denied
"""What leaves the journey where it is until the customer does something."""

_SHOWN: TypeAdapter[Prompt] = TypeAdapter(Annotated[Ask | Wait | SendTo | Denied, Discriminator("says")])


def write(shown: Prompt) -> str:
    """Describe a step, as JSON."""
    if isinstance(shown, SendTo):
        shown = replace(shown, url="")
    if not isinstance(shown, Denied):
        shown = replace(shown, memory="")
    return _SHOWN.dump_json(shown, exclude_defaults=False).decode()


def read(text: str) -> Prompt:
    """Read what `write` wrote."""
    return _SHOWN.validate_json(text)
