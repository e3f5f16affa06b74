"""The last prompt, as the session keeps it, so that a page can show it again.

It holds no answer of the customer. The URL of `SendTo` is left out: it carries values that serve once. `memory` is left
out: the session keeps it on its own.
"""

from dataclasses import replace
from typing import Annotated

from pydantic import Discriminator, TypeAdapter

from connector.authenticators.port import Ask, Denied, SendTo, Wait

type Prompt = Ask | Wait | SendTo | Denied
"""A result that leaves the journey open until the customer does something."""

_PROMPT: TypeAdapter[Prompt] = TypeAdapter(Annotated[Ask | Wait | SendTo | Denied, Discriminator("says")])


def write(prompt: Prompt) -> str:
    """Write a prompt as JSON."""
    if isinstance(prompt, SendTo):
        prompt = replace(prompt, url="")
    if not isinstance(prompt, Denied):
        prompt = replace(prompt, memory="")
    return _PROMPT.dump_json(prompt).decode()


def read(text: str) -> Prompt:
    """Read what `write` wrote."""
    return _PROMPT.validate_json(text)
