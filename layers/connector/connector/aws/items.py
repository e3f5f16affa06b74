"""DynamoDB's attribute values as plain Python values, and back. All stored numbers are integers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from decimal import Decimal

serialise = TypeSerializer().serialize
_deserialise = TypeDeserializer().deserialize


def plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as strings, integers, booleans, lists and mappings."""
    return {name: _python(_deserialise(value)) for name, value in attributes.items()}


def found_by(error: ClientError) -> dict[str, Any]:
    """Return the item that a refused write found (`ReturnValuesOnConditionCheckFailure`); empty where there is none."""
    return plain(cast("Mapping[str, Any]", error.response.get("Item", {})))


def _python(value: object) -> object:
    """Turn the SDK's Decimals into integers."""
    match value:
        case str() | None | bool():
            return value
        case list():
            return [_python(entry) for entry in value]
        case dict():
            return {name: _python(entry) for name, entry in value.items()}
        case _:
            return int(cast("Decimal", value))
