"""The custom resource's function: what it answers, and what its log may say."""

import importlib.util
from types import ModuleType
from typing import Any

import pytest

from tests.fakes.dripping import dripping
from tests.template import CHECKOUT

REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def function() -> ModuleType:
    spec = importlib.util.spec_from_file_location("brand_check", CHECKOUT / "functions/brand_check/app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def event(url: str) -> dict[str, Any]:
    return {
        "RequestType": "Create",
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Brand",
        "ResourceProperties": {"BrandColour": "#0b5c3f"},
    }


@pytest.mark.parametrize("answer", [b"", REFUSED], ids=["silence", "refusal"])
def test_an_answer_that_cloudformation_does_not_take_is_an_error_without_the_signed_url(
    function: ModuleType, answer: bytes
) -> None:
    with dripping(answer, at_once=len(answer)) as url, pytest.raises(RuntimeError) as caught:
        function.handler(event(f"{url}/answer?X-Amz-Signature=planted"), None)

    assert "planted" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
