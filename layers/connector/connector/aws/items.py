"""DynamoDB's attribute values as plain Python values, and back. All stored numbers are integers."""

from collections.abc import Mapping
from typing import Any, cast

from botocore.exceptions import ClientError


def serialise(value: object) -> dict[str, Any]:
    """Return a value as DynamoDB's attribute value. Raise TypeError for a type that is not stored."""
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case list() | tuple():
            return {"L": [serialise(entry) for entry in value]}
        case Mapping():
            return {"M": {name: serialise(entry) for name, entry in value.items()}}
    raise TypeError(f"{type(value).__name__} is not stored")


def plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as plain values. Raise ValueError for a fraction, TypeError for a type that is not stored."""
    return {name: _python(value) for name, value in attributes.items()}


def found_by(error: ClientError) -> dict[str, Any]:
    """Return the item that a refused write found (`ReturnValuesOnConditionCheckFailure`); empty where there is none."""
    return plain(cast("Mapping[str, Any]", error.response.get("Item", {})))


def _python(attribute: Mapping[str, Any]) -> object:
    match attribute:
        case {"S": value} | {"BOOL": value}:
            return value
        case {"N": digits}:
            return int(digits)
        case {"NULL": True}:
            return None
        case {"L": entries}:
            return [_python(entry) for entry in entries]
        case {"M": entries}:
            return plain(entries)
    raise TypeError(f"{', '.join(attribute)} is not stored")
