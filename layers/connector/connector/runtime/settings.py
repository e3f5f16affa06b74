"""A function's settings: the environment variables that the template gives it, read into a small dataclass.

A capability declares its settings as a frozen dataclass, one field for each variable: `max_attempts: int` is
MAX_ATTEMPTS. None of them is secret: secrets are in Secrets Manager.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class ConfigurationError(Exception):
    """The deployment lacks a value that only its deployer can give. The message says what to do."""


def read[Settings: DataclassInstance](kind: type[Settings], environment: Mapping[str, str] | None = None) -> Settings:
    """Read the fields of `kind` from `environment`; without one, from the environment of the process.

    Raise ConfigurationError that names the variable that is missing or malformed.

    A field is a `str`, an `int`, a `Mapping[str, object]` (a JSON object, or empty text), or of a class that has
    `parse(text)`, which raises ValueError.
    """
    variables = os.environ if environment is None else environment
    return kind(**{field.name: _value(field.name.upper(), field.type, variables) for field in fields(kind)})


def _value(variable: str, kind: Any, environment: Mapping[str, str]) -> object:  # noqa: ANN401 - a field's annotation
    text = environment.get(variable)
    if text is None:
        raise ConfigurationError(f"{variable} is not set: deploy the function with template.yaml")
    parse = _PARSERS.get(kind) or kind.parse
    try:
        return parse(text.strip())
    except ValueError as error:
        raise ConfigurationError(f"{variable} cannot be read: {error}") from None


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("it is not a whole number") from None


def _json_object(text: str) -> Mapping[str, object]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - the parsers' one error
    return found


_PARSERS: Mapping[Any, Callable[[str], object]] = {
    str: str,
    int: _whole_number,
    Mapping[str, object]: _json_object,
}
