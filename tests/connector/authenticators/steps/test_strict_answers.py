"""What docs/authenticator-api.yaml does not describe is "Try again" and never success."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError  # type: ignore[import-untyped]  # jsonschema ships no types
from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]  # the SAM CLI ships no types

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.port import (
    Answers,
    Ask,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    Denied,
    Granted,
    StillWaiting,
    Visit,
    Wait,
)
from connector.authenticators.steps.authenticator import Steps
from connector.runtime.settings import read
from tests.deployment import environment_for
from tests.fakes.http_server import Reply, http_server
from tests.template import CHECKOUT

API: dict[str, Any] = yaml_parse((CHECKOUT / "docs" / "authenticator-api.yaml").read_text())
REGISTRY: Registry[Any] = Registry().with_resource("api:", DRAFT202012.create_resource(API))
SCHEMA = OAS31Validator({"$ref": "api:#/components/schemas/Journey"}, registry=REGISTRY)

FIELD = {"name": "code", "kind": "code", "label": "Code", "hint": "Six digits", "autocomplete": "one-time-code"}
CHOICE = {"name": "by", "kind": "choice", "options": [{"value": "app", "label": "App", "hint": "h"}]}
STEPS: dict[str, dict[str, Any]] = {
    "ask": {"type": "ask", "heading": "Hello", "text": "Text", "error": "Wrong", "fields": [FIELD, CHOICE]},
    "wait": {"type": "wait", "seconds": 3, "heading": "Hello", "text": "Look at your telephone"},
    "granted": {"type": "granted", "externalIds": ["acc-1", "acc-2"]},
    "denied": {"type": "denied", "final": True, "text": "Call us"},
}
VISIT = Visit(
    authorisation_id="a", external_id="acc-1", bank_id=None, locale="en", expires_at=0, key="k" * 32, memory="j-1"
)
ANSWERS = Answers({"code": "1"})


class Secret:
    """The API key."""

    def get(self, name: str) -> str:
        return name

    reload = get


class Backend:
    """Answers each request with the same reply."""

    def __init__(self) -> None:
        self.reply = Reply(200)
        self.steps: Steps

    def resume(self, body: object, **reply: Any) -> AuthenticatorResult:  # noqa: ANN401 - the members of a reply
        self.reply = replace(Reply(200, body), **reply)
        return self.steps.resume(VISIT, ANSWERS)


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    found = Backend()
    with http_server(lambda _: found.reply) as url:
        parameters = {"Authenticator": "steps", "AuthenticatorUrl": url}
        read_settings = read(AuthenticatorSettings, environment_for(parameters))
        found.steps = Steps(Configuration(read_settings, Secret()))  # type: ignore[arg-type]  # as much of it as is called
        yield found


def journey(step: object) -> dict[str, Any]:
    return {"journeyId": "j-1", "step": step}


@pytest.mark.parametrize(("name", "result"), [("ask", Ask), ("wait", Wait), ("granted", Granted), ("denied", Denied)])
def test_each_described_step_is_read_and_unknown_members_are_ignored(
    backend: Backend, name: str, result: type[object]
) -> None:
    assert isinstance(backend.resume(journey(STEPS[name] | {"later": 1}) | {"later": {}}), result)


@pytest.mark.parametrize(
    "step",
    [
        {"type": "granted", "external_ids": ["acc-1"]},
        {"type": "granted", "externalIds": "acc-1"},
        {"type": "granted", "externalIds": []},
        {"type": "granted", "externalIds": [1]},
        {"type": "granted", "externalIds": ["x" * 257]},
        {"type": "granted", "externalIds": [f"acc-{number}" for number in range(1001)]},
        {"type": "Granted", "externalIds": ["acc-1"]},
        {"type": "success", "externalIds": ["acc-1"]},
        {"externalIds": ["acc-1"]},
        {"type": "denied", "final": 1},
        {"type": "denied", "final": "true"},
        {"type": "denied"},
        {"type": "wait", "seconds": "3"},
        {"type": "wait", "seconds": True},
        {"type": "wait", "seconds": 0},
        {"type": "wait", "seconds": 2.5},
        {"type": "wait", "seconds": 3, "text": None},
        {"type": "ask", "fields_": [FIELD]},
        {"type": "ask", "fields": [FIELD], "error": ""},
        {"type": "ask", "fields": [FIELD | {"error": ""}]},
        {"type": "ask", "fields": [FIELD | {"kind": "email"}]},
        {"type": "ask", "fields": [FIELD | {"kind": "choice"}]},
        {"type": "ask", "fields": [FIELD | {"label": 1}]},
        ["granted"],
        "granted",
        None,
    ],
    ids=lambda step: json.dumps(step)[:60],
)
def test_a_step_that_is_not_described_is_try_again(backend: Backend, step: object) -> None:
    assert not SCHEMA.is_valid(journey(step))
    with pytest.raises(AuthenticatorUnavailableError):
        backend.resume(journey(step))


@pytest.mark.parametrize(
    "body",
    [
        {"journey_id": "j-1", "step": STEPS["granted"]},
        {"journeyId": 1, "step": STEPS["granted"]},
        {"step": STEPS["granted"]},
        STEPS["granted"],
        [journey(STEPS["granted"])],
        json.dumps(journey(STEPS["granted"])).encode("utf-16"),
        b"",
    ],
    ids=lambda body: str(body)[:40],
)
def test_an_answer_that_is_not_described_is_try_again(backend: Backend, body: object) -> None:
    with pytest.raises(AuthenticatorUnavailableError):
        backend.resume(body)


def test_the_answer_of_another_journey_is_try_again(backend: Backend) -> None:
    with pytest.raises(AuthenticatorUnavailableError, match="another journey"):
        backend.resume({"journeyId": "j-2", "step": STEPS["granted"]})


@pytest.mark.parametrize("fields", [[FIELD, FIELD], [CHOICE | {"options": [{"value": "a", "label": "A"}] * 2}]])
def test_names_and_values_that_repeat_are_try_again(backend: Backend, fields: list[object]) -> None:
    with pytest.raises(AuthenticatorUnavailableError):
        backend.resume(journey({"type": "ask", "fields": fields}))


@pytest.mark.parametrize("status", [201, 202, 203, 204, 206, 302, 400, 403, 409, 422, 500])
def test_a_status_that_is_not_described_is_try_again(backend: Backend, status: int) -> None:
    with pytest.raises(AuthenticatorUnavailableError):
        backend.resume(journey(STEPS["granted"]), status=status)


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/problem+json", ""])
def test_a_content_type_that_is_not_described_is_try_again(backend: Backend, content_type: str) -> None:
    with pytest.raises(AuthenticatorUnavailableError):
        backend.resume(journey(STEPS["granted"]), headers={"Content-Type": content_type})


def test_the_character_set_may_be_named(backend: Backend) -> None:
    named = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert isinstance(backend.resume(journey(STEPS["granted"]), headers=named), Granted)


@pytest.mark.parametrize("status", [404, 410])
def test_a_journey_that_the_backend_has_not_any_more_begins_again(backend: Backend, status: int) -> None:
    assert backend.resume({}, status=status) == Denied(final=False)


def test_a_new_journey_has_status_201(backend: Backend) -> None:
    backend.reply = Reply(201, journey(STEPS["wait"]))
    assert isinstance(backend.steps.begin(VISIT), Wait)
    backend.reply = Reply(200, journey(STEPS["wait"]))
    with pytest.raises(AuthenticatorUnavailableError):
        backend.steps.begin(VISIT)


def test_a_poll_is_as_strict(backend: Backend) -> None:
    backend.reply = Reply(200, journey({"type": "granted", "external_ids": ["acc-1"]}))
    with pytest.raises(AuthenticatorUnavailableError):
        backend.steps.resume(VISIT, StillWaiting())


@pytest.mark.parametrize("character", ["a", "\N{LATIN SMALL LETTER E WITH ACUTE}", "\N{GRINNING FACE}"])
def test_a_thousand_ids_of_256_characters_are_read(backend: Backend, character: str) -> None:
    ids = [f"{number:06}" + character * 250 for number in range(1000)]
    body = journey({"type": "granted", "externalIds": ids})
    assert SCHEMA.is_valid(body)

    assert backend.resume(json.dumps(body, ensure_ascii=False).encode()) == Granted(frozenset(ids))


def test_more_than_a_mebibyte_and_a_large_form_are_try_again(backend: Backend) -> None:
    for padding, step in ((1024 * 1024, "granted"), (64 * 1024, "ask")):
        with pytest.raises(AuthenticatorUnavailableError):
            backend.resume(json.dumps(journey(STEPS[step])).encode() + b" " * padding)


JSON: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers(-2, 70) | st.floats(0, 5) | st.text(max_size=3) | st.sampled_from([[], {}])
)
NAMES = st.sampled_from(["external_ids", "fields_", "Type"])


def _places(value: object, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*way, name)
            yield from _places(member, (*way, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _places(member, (*way, index))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_no_change_of_an_answer_is_accepted_unless_the_description_accepts_it(
    backend: Backend, data: st.DataObject
) -> None:
    body = journey(copy.deepcopy(STEPS[data.draw(st.sampled_from(sorted(STEPS)))]))
    way = data.draw(st.sampled_from([place for place in _places(body) if isinstance(place[-1], str)]))
    parent: Any = body
    for name in way[:-1]:
        parent = parent[name]
    change: Callable[[], object] = data.draw(
        st.sampled_from(
            [
                lambda: parent.pop(way[-1]),
                lambda: parent.update({way[-1]: data.draw(JSON)}),
                lambda: parent.update(
                    {data.draw(st.sampled_from(["external_ids", "fields_", "Type"])): parent.pop(way[-1])}
                ),
            ]
        )
    )
    change()

    try:
        backend.resume(body)
    except AuthenticatorUnavailableError:
        return
    try:
        SCHEMA.validate(body)
    except ValidationError as error:
        raise AssertionError(f"accepted: {json.dumps(body)}") from error
