"""`connector check-authenticator` before the simulated bank's backend: right, or with one fault."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from cli.check.findings import Check, Finding, Result, run_checks
from cli.check_authenticator.backend import Backend
from cli.check_authenticator.rules import CHECKS
from cli.main import main
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from simulator.bank.customers import PASSWORD
from tests.fakes.http_server import Received, Reply, http_server

ANNA = [{"user": "anna", "password": PASSWORD}]
SECONDS = 30.0
"""More than a busy machine needs for one answer."""
SHORT_SECONDS = 0.2

type Send = Callable[[Received], Reply]
type Fault = Callable[[Received, Send], Reply]


class FaultyBackend:
    """Passes each request on to the simulated bank, by way of a fault."""

    def __init__(self, sage: Simulator) -> None:
        self.target = sage.bank.url
        self.api_key = str(sage.credentials["authenticator_api_key"])
        self.fault: Fault = lambda received, send: send(received)
        self.url = ""

    def reply(self, received: Received) -> Reply:
        return self.fault(received, self._send)

    def _send(self, received: Received) -> Reply:
        headers = {name: value for name, value in received.headers.items() if name.lower() != "host"}
        answer = requests.request(
            received.method, f"{self.target}{received.path}", headers=headers, data=received.body, timeout=10
        )
        kept = {"Content-Type": answer.headers.get("Content-Type", "")}
        return Reply(answer.status_code, answer.content, kept)


@pytest.fixture
def backend(sage: Simulator, control: Control) -> Iterator[FaultyBackend]:
    assert control
    faulty = FaultyBackend(sage)
    with http_server(faulty.reply) as url:
        faulty.url = url
        yield faulty


def findings(
    backend: FaultyBackend, seconds: float = SECONDS, checks: Sequence[Check[Backend]] = CHECKS
) -> list[Finding]:
    return list(run_checks(checks, Backend(backend.url, backend.api_key, "acc-10001", seconds, ANNA)))


def wrong(backend: FaultyBackend) -> set[str]:
    """Return the broken rules, each with its area."""
    found = findings(backend)
    assert not [finding for finding in found if finding.result is Result.UNTESTED]
    assert all(finding.detail for finding in found if finding.result is Result.WRONG)
    return {f"{finding.area}: {finding.requirement}" for finding in found if finding.result is Result.WRONG}


def is_begin(received: Received) -> bool:
    return received.method == "POST" and received.path == "/v1/journeys"


def is_answer(received: Received) -> bool:
    return received.path.endswith("/answers")


def changed(reply: Reply, change: Callable[[dict[str, Any]], object]) -> Reply:
    """Change the journey of a successful reply."""
    if reply.status not in {200, 201}:
        return reply
    journey = json.loads(reply.body)
    change(journey)
    return replace(reply, body=journey)


def with_header(received: Received, name: str, value: str) -> Received:
    return replace(received, headers={**received.headers, name: value})


def answers_everybody(api_key: str) -> Fault:
    return lambda received, send: send(with_header(received, "Authorization", f"Bearer {api_key}"))


def forgets_keys(received: Received, send: Send) -> Reply:
    return send(with_header(received, "Idempotency-Key", secrets.token_hex(16)))


def one_journey_for_all() -> Fault:
    return lambda received, send: send(
        with_header(received, "Idempotency-Key", "one") if is_begin(received) else received
    )


def answers_anew() -> Fault:
    numbers = count()

    def fault(received: Received, send: Send) -> Reply:
        reply = send(received)
        return (
            changed(reply, lambda found: found["step"].update(text=str(next(numbers))))
            if is_answer(received)
            else reply
        )

    return fault


def accepts_right_answers_once() -> Fault:
    seen: set[str] = set()

    def refuse(key: str, found: dict[str, Any]) -> None:
        if found["step"]["type"] == "granted":
            found["step"] = {"type": "denied", "final": False} if key in seen else found["step"]
            seen.add(key)

    def fault(received: Received, send: Send) -> Reply:
        key = received.headers.get("Idempotency-Key", "")
        return changed(send(received), lambda found: refuse(key, found))

    return fault


def status(instead: int, *, of: Callable[[Received], bool], when: int) -> Fault:
    def fault(received: Received, send: Send) -> Reply:
        reply = send(received)
        return replace(reply, status=instead) if of(received) and reply.status == when else reply

    return fault


def step(change: Callable[[dict[str, Any]], object]) -> Fault:
    return lambda received, send: changed(send(received), lambda found: change(found["step"]))


def grants_everybody(received: Received, send: Send) -> Reply:
    granted = {"type": "granted", "externalIds": ["acc-10001"]}
    reply = send(received)
    return changed(reply, lambda found: found.update(step=granted)) if is_answer(received) else reply


def error_at_a_field(found: dict[str, Any]) -> None:
    if error := found.pop("error", None):
        found["fields"][1]["error"] = error


def snake_case(found: dict[str, Any]) -> None:
    if "externalIds" in found:
        found["external_ids"] = found.pop("externalIds")


def another_journey(received: Received, send: Send) -> Reply:
    reply = send(received)
    return reply if is_begin(received) else changed(reply, lambda found: found.update(journeyId="another"))


def keeps_ended_journeys(received: Received, send: Send) -> Reply:
    if received.method == "DELETE" and not received.path.endswith("connector-check"):
        return Reply(204)
    return send(received)


def always(_: Received) -> bool:
    return True


def test_the_simulated_backend_keeps_every_rule(backend: FaultyBackend) -> None:
    assert wrong(backend) == set()


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        (forgets_keys, "begin: the same Idempotency-Key: the same journey"),
        (forgets_keys, "begin: no Idempotency-Key: 400 to 499"),
        (one_journey_for_all(), "begin: another Idempotency-Key: another journey"),
        (answers_anew(), "answer: the same Idempotency-Key: the same answer"),
        (accepts_right_answers_once(), "answer: right answers, the same Idempotency-Key: the same answer"),
        (answers_anew(), "current step: after an answer, the step of that answer"),
        (status(200, of=is_begin, when=201), "begin: 201, and a first step that is described and grants nothing"),
        (status(302, of=is_begin, when=201), "begin: 201, and a first step that is described and grants nothing"),
        (step(lambda found: found.update(type="question")), "begin: each of the five languages"),
        (step(lambda found: found.update(heading=None)), "current step: 200, and the same step as before"),
        (status(500, of=is_begin, when=400), "begin: a malformed body: 400 to 499"),
        (status(200, of=always, when=404), "current step: an unknown journey: 404 or 410"),
        (status(200, of=always, when=404), "answer: an unknown journey: 404 or 410"),
        (status(500, of=always, when=404), "cancel: an unknown journey: 404 or 410"),
        (grants_everybody, "answer: wrong answers: 200, a described step, never granted"),
        (
            step(lambda found: found.pop("error", None)),
            "answer: wrong answers: an error, so that an attempt is counted",
        ),
        (step(error_at_a_field), "answer: a wrong password: no word on which answer is wrong"),
        (step(snake_case), "answer: right answers: granted, with the journey's externalId"),
        (
            step(lambda found: "externalIds" in found and found.update(externalIds=["acc-2"])),
            "answer: right answers: granted, with the journey's externalId",
        ),
        (another_journey, "current step: 200, and the same step as before"),
        (another_journey, "answer: wrong answers: 200, a described step, never granted"),
        (keeps_ended_journeys, "cancel: 204, and the journey is gone"),
        (status(200, of=always, when=204), "cancel: 204, and the journey is gone"),
    ],
)  # fmt: skip
def test_each_fault_is_named(backend: FaultyBackend, fault: Fault, named: str) -> None:
    backend.fault = fault

    assert named in wrong(backend)


def test_an_answer_after_the_time_limit_is_named(backend: FaultyBackend) -> None:
    released = threading.Event()
    backend.fault = lambda received, send: send(received) if released.wait(60) else Reply(503)
    begins = [check for check in CHECKS if check.requirement.startswith("201, and a first step")]

    try:
        [found] = findings(backend, SHORT_SECONDS, begins)
    finally:
        released.set()

    assert (found.result, found.detail) == (Result.WRONG, "no response: ReadTimeout")


@pytest.mark.parametrize("rule", ["no API key: 401", "wrong API key: 401"])
def test_a_backend_that_answers_everybody_is_named(backend: FaultyBackend, rule: str) -> None:
    backend.fault = answers_everybody(backend.api_key)

    assert f"authentication: {rule}" in wrong(backend)


def test_the_check_leaves_no_journey_behind(backend: FaultyBackend, control: Control) -> None:
    subject = Backend(backend.url, backend.api_key, "acc-10001", SECONDS, ANNA)
    list(run_checks(CHECKS, subject))

    subject.end_all()

    ended = [found["path"] for found in control.exchanges() if found["method"] == "DELETE" and found["status"] == 204]
    assert {f"/v1/journeys/{journey_id}" for journey_id in subject.begun} <= set(ended)


def run(backend: FaultyBackend, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(
        main,
        ["check-authenticator", backend.url, *arguments],
        env={"CONNECTOR_AUTHENTICATOR_API_KEY": backend.api_key},
    )
    return result.exit_code, result.output


def test_the_command_prints_each_rule_and_ends_with_0(backend: FaultyBackend, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(ANNA))

    exit_status, printed = run(backend, "--external-id", "acc-10001", "--answers", str(file))

    assert (exit_status, f"{len(CHECKS)} right, 0 wrong, 0 not tested." in printed) == (0, True)
    assert backend.api_key not in printed
    assert PASSWORD not in printed


def test_the_command_says_what_is_expected_and_what_was_seen_and_ends_with_1(backend: FaultyBackend) -> None:
    backend.fault = status(200, of=is_begin, when=201)

    exit_status, printed = run(backend)

    assert exit_status == 1
    assert "the backend answered 200 instead of 201" in printed


def test_without_answers_the_rules_about_right_answers_are_not_tested(backend: FaultyBackend) -> None:
    exit_status, printed = run(backend)

    assert exit_status == 0
    assert f"{len(CHECKS) - 2} right, 0 wrong, 2 not tested." in printed


@pytest.mark.parametrize("arguments", [["http://bank.example"], ["https://bank.example", "--answers", "-"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    given = ["check-authenticator", *arguments, "--api-key", "k"]

    assert CliRunner().invoke(main, given, input="{}").exit_code == 2
