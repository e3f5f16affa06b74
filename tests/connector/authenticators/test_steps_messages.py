"""What docs/authenticator-api.yaml allows a backend to answer: ids that do not change a path, waits with a bound."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from connector.authenticators.port import Wait
from connector.authenticators.steps.messages import Journey


def journey(journey_id: str = "j-1", **step: Any) -> Journey:  # noqa: ANN401 - any JSON
    return Journey.model_validate_json(json.dumps({"journeyId": journey_id, "step": step}))


@pytest.mark.parametrize(
    "journey_id", ["", "..", ".", "../admin", "a/../b", "a/b", "a?b=c", "a#b", "a b", "a\nb", "a%2Fb", "é", "x" * 129]
)
def test_a_journey_id_that_would_change_the_path_is_refused(journey_id: str) -> None:
    with pytest.raises(ValidationError):
        journey(journey_id, type="wait", seconds=3)


@pytest.mark.parametrize("journey_id", ["j-1", "A", "0.9_~-", "x" * 128])
def test_a_journey_id_of_url_safe_characters_is_accepted(journey_id: str) -> None:
    assert journey(journey_id, type="wait", seconds=3).result() == Wait(seconds=3, memory=journey_id)


@pytest.mark.parametrize("seconds", [-1, 0, 61, 86_400, 1.5, None])
def test_a_wait_without_a_bound_is_refused(seconds: float | None) -> None:
    with pytest.raises(ValidationError):
        journey(type="wait", seconds=seconds)


@pytest.mark.parametrize("seconds", [1, 60])
def test_a_wait_is_between_a_second_and_a_minute(seconds: int) -> None:
    assert journey(type="wait", seconds=seconds).result() == Wait(seconds=seconds, memory="j-1")
