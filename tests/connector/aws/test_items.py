"""Values go to DynamoDB and come back as they were, in the form that AWS's own SDK gives them."""

from types import MappingProxyType

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from connector.aws.items import plain, serialise
from connector.session.authorisation import State

LEAVES = st.none() | st.booleans() | st.integers(-(10**37), 10**37) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    assert plain({"attribute": serialise(value)}) == {"attribute": value}


@given(VALUES)
def test_a_value_is_written_as_the_sdk_writes_it(value: object) -> None:
    assert serialise(value) == TypeSerializer().serialize(value)


def test_an_enumeration_is_its_text_and_a_read_only_mapping_a_mapping() -> None:
    value = MappingProxyType({"state": State.OPENED, "history": ({"at": 1},)})
    assert plain({"session": serialise(value)}) == {"session": {"state": "opened", "history": [{"at": 1}]}}


@pytest.mark.parametrize("value", [1.5, b"bytes", {"a", "set"}])
def test_what_is_not_stored_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="is not stored"):
        serialise(value)


@pytest.mark.parametrize(("attribute", "error"), [({"N": "1.5"}, ValueError), ({"SS": ["a", "set"]}, TypeError)])
def test_an_attribute_that_the_connector_does_not_write_is_not_read(
    attribute: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        plain({"attribute": attribute})
