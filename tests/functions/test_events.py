"""The events of `sam local invoke`: each reaches the heart of its function."""

import json
from io import StringIO
from typing import Any

import pytest

from tests.deployment import Context, Deployment
from tests.template import CHECKOUT


def answer(stack: Deployment, function: str) -> Any:  # noqa: ANN401 - whatever the function answers
    event = json.loads((CHECKOUT / "events" / f"{function}.json").read_text())
    return stack.function(function).handler(event, Context())


def test_the_notification_is_one_that_does_not_prove_itself(stack: Deployment) -> None:
    assert answer(stack, "notification")["statusCode"] == 401


@pytest.mark.parametrize("function", ["authrefresh", "completion"])
def test_the_customer_s_requests_are_of_a_session_that_was_never_notified(stack: Deployment, function: str) -> None:
    stack.environment["REDIRECT_ORIGINS"] = "https://*.sagebankdrive.com"

    answered = answer(stack, function)

    assert answered["statusCode"] == 403
    assert answered["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert stack.calls["UpdateItem"] >= 1


def test_the_relay_finds_an_empty_outbox(stack: Deployment, log: StringIO) -> None:
    answer(stack, "delivery")

    (line,) = (json.loads(line) for line in log.getvalue().splitlines() if '"relayed"' in line)
    assert (line["tried"], line["outbox"]) == (0, 0)


def test_the_confirmation_has_no_account_to_query(stack: Deployment) -> None:
    assert answer(stack, "confirmation") == {"queried": 0}


def test_the_token_is_fetched_and_shared(stack: Deployment) -> None:
    answer(stack, "sage_token")

    assert "access_token" in stack.secrets.get_secret_value(SecretId="TokenSecret")["SecretString"]


def test_every_function_has_an_event() -> None:
    functions = {path.parent.name for path in (CHECKOUT / "functions").glob("*/app.py")}

    assert {path.stem for path in (CHECKOUT / "events").glob("*.json")} == functions
