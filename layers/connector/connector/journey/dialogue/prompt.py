"""The last prompt, as the session keeps it, so that a page can show it again.

It holds no answer of the customer. The URL of `SendTo` is left out: it carries values that serve once. `memory` is left
out: the session keeps it on its own.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from connector.authenticators.port import Ask, Denied, Field, Kind, Option, SendTo, Wait

type Prompt = Ask | Wait | SendTo | Denied
"""A result that leaves the journey open until the customer does something."""

_CLASSES: Mapping[str, type[Prompt]] = {"ask": Ask, "wait": Wait, "send_to": SendTo, "denied": Denied}


def write(prompt: Prompt) -> str:
    """Write a prompt as JSON."""
    if isinstance(prompt, SendTo):
        prompt = replace(prompt, url="")
    if not isinstance(prompt, Denied):
        prompt = replace(prompt, memory="")
    return json.dumps(asdict(prompt), ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Prompt:
    """Read what `write` wrote."""
    values = json.loads(text)
    if "fields" in values:
        values["fields"] = tuple(map(_field, values["fields"]))
    return _CLASSES[values["says"]](**values)


def _field(values: dict[str, Any]) -> Field:
    options = tuple(Option(**option) for option in values["options"])
    return Field(**values | {"kind": Kind(values["kind"]), "options": options})
