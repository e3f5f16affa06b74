"""Every peer answers the same requests with the same statuses as ours, so that the comparison is of equals.

`make benchmark` runs these tests before it measures, on the packages that it measures.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from benchmarks.__main__ import WORKSPACE
from benchmarks.packages import Package, Packages, package_all
from benchmarks.runtime import Answer, Runtime, started
from benchmarks.traffic import REDIRECT_URI, Traffic
from benchmarks.upstream import Upstream, upstream

IMPLEMENTATIONS = ("ours", "fastapi", "powertools", "chalice")


@dataclass
class Implementation:
    """One implementation's two endpoints."""

    traffic: Traffic
    functions: dict[str, Runtime]
    upstream: Upstream

    def notify(self, *given: str, **changes: object) -> Answer:
        """Send POST /notification."""
        return self.functions["notification"].invoke(self.traffic.notification(*given, **changes))  # type: ignore[arg-type]

    def open(self, *given: str, **changes: str | None) -> Answer:
        """Send GET /authrefresh."""
        return self.functions["authrefresh"].invoke(self.traffic.authrefresh(*given, **changes))


@pytest.fixture(scope="module")
def packages() -> Packages:
    """What will be measured."""
    return package_all(WORKSPACE)


@pytest.fixture(scope="module")
def served() -> Iterator[Upstream]:
    """The local AWS and Sage."""
    with upstream() as running:
        yield running


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def peer(request: pytest.FixtureRequest, packages: Packages, served: Upstream) -> Iterator[Implementation]:
    """Each implementation in turn."""

    def packaged(function: str) -> Package:
        return packages.ours[function] if request.param == "ours" else packages.compiled_peers[request.param]

    with started(packaged("notification"), served) as notification, started(packaged("authrefresh"), served) as page:
        functions = {"notification": notification, "authrefresh": page}
        yield Implementation(Traffic(served, functions), functions, served)


def test_a_notification_starts_a_session_in_one_write(peer: Implementation) -> None:
    authorisation_id = str(uuid4())
    peer.notify(authorisation_id)

    answer = peer.notify(str(uuid4()))

    assert answer.status == 200
    assert [call.name for call in answer.calls] in (["PutItem"], ["UpdateItem"])


def test_a_duplicate_is_a_success(peer: Implementation) -> None:
    authorisation_id = str(uuid4())

    assert [peer.notify(authorisation_id).status, peer.notify(authorisation_id).status] == [200, 200]


def test_another_type_is_acknowledged_and_stores_nothing(peer: Implementation) -> None:
    peer.notify()
    body = json.dumps({"type": "resourceDeleted", "resource": {"id": "x", "type": "bankAccount"}})

    answer = peer.notify(body=body)

    assert (answer.status, answer.calls) == (200, ())


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"type": "resourceCreated", "resource": "authorisation"}'])
def test_a_malformed_body_is_400(peer: Implementation, body: str) -> None:
    assert peer.notify(body=body).status == 400


@pytest.mark.parametrize("headers", [{"x-api-key": "wrong"}, {"x-api-key": ""}, {"Authorization": ""}])
def test_a_wrong_proof_is_401_and_stores_nothing(peer: Implementation, headers: dict[str, str]) -> None:
    peer.notify()

    answer = peer.notify(headers=headers)

    assert answer.status == 401
    assert {call.name for call in answer.calls} <= {"GetSecretValue"}


@pytest.mark.parametrize(
    "claims", [{"exp": 1}, {"aud": "https://another.example"}, {"iss": "https://another.example/"}, {"exp": None}]
)
def test_a_token_that_does_not_hold_is_401(peer: Implementation, claims: dict[str, object]) -> None:
    token = peer.upstream.token(**claims)

    assert peer.notify(token=token).status == 401


def test_a_token_that_is_none_is_401(peer: Implementation) -> None:
    assert peer.notify(token="a.b.c").status == 401  # noqa: S106 - no token


def test_a_notified_session_is_opened_in_one_write_with_a_page(peer: Implementation) -> None:
    answer = peer.open()

    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert answer.status == 200
    assert headers["content-type"].startswith("text/html")
    assert "<form" in answer.body
    assert [call.name for call in answer.calls] == ["UpdateItem"]


def test_a_second_get_is_410(peer: Implementation) -> None:
    authorisation_id = peer.traffic.notified()

    assert [peer.open(authorisation_id).status, peer.open(authorisation_id).status] == [200, 410]


def test_an_unknown_session_is_403(peer: Implementation) -> None:
    assert peer.open(str(uuid4())).status == 403


def test_an_expired_session_is_410(peer: Implementation) -> None:
    authorisation_id = peer.traffic.notified()
    peer.traffic.expire(authorisation_id)

    assert peer.open(authorisation_id).status == 410


@pytest.mark.parametrize("name", ["redirect_uri", "state", "externalId"])
def test_a_missing_parameter_is_400_and_writes_nothing(peer: Implementation, name: str) -> None:
    answer = peer.open(peer.traffic.notified(), **{name: None})

    assert (answer.status, answer.calls) == (400, ())
    assert "<form" not in answer.body


def test_an_id_that_is_none_is_400(peer: Implementation) -> None:
    assert peer.open("not-a-uuid").status == 400


@pytest.mark.parametrize("uri", ["https://evil.example/", "http://eu.sagebankdrive.com/", f"x{REDIRECT_URI}"])
def test_a_redirect_elsewhere_is_400(peer: Implementation, uri: str) -> None:
    assert peer.open(peer.traffic.notified(), redirect_uri=uri).status == 400
