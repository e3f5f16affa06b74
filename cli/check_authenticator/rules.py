"""The rules of docs/authenticator-api.yaml that a backend can be seen to keep or to break."""

from functools import partial
from http import HTTPStatus

from cli.check.findings import Check, NotTestableError, RequirementBrokenError, expect
from cli.check_authenticator.backend import GONE, Backend, Journey, is_granted, new_key, wrong_answers
from connector.authenticators.port import Ask, Granted, Kind

LOCALES = ("en", "fr", "de", "es", "pt")


def _refuses_key(backend: Backend, *, authorization: str | None) -> None:
    for method, path, body in (("POST", "", backend.new_journey()), ("GET", "/unknown", None)):
        answer = backend.request(method, path, headers={"Authorization": authorization}, body=body)
        expect(answer, HTTPStatus.UNAUTHORIZED)


def _begins(backend: Backend) -> None:
    if is_granted(backend.begin().first):
        raise RequirementBrokenError("the first step is granted, and the customer has proved nothing")


def _speaks(backend: Backend) -> None:
    for locale in LOCALES:
        backend.begin(body=backend.new_journey(locale=locale))


def _begins_once(backend: Backend) -> None:
    key, body = new_key(), backend.new_journey()
    _same(backend.begin(key, body), backend.begin(key, body))


def _begins_anew(backend: Backend) -> None:
    if backend.begin().journey_id == backend.begin().journey_id:
        raise RequirementBrokenError("two journeys have the same journeyId")


def _returns_current_step(backend: Backend) -> None:
    journey = backend.begin()
    _same(journey.first, backend.current(journey))
    _same(journey.first, backend.current(journey))


def _refuses_wrong_answers(backend: Backend) -> None:
    journey = backend.begin()
    if is_granted(backend.answer(journey, wrong_answers(journey.first))):
        raise RequirementBrokenError("wrong answers are granted")


def _says_that_answers_are_wrong(backend: Backend) -> None:
    journey = backend.begin()
    step = backend.answer(journey, wrong_answers(journey.first))
    if step == journey.first and isinstance(step, Ask) and not step.refuses:
        raise RequirementBrokenError("the same step comes again without an error, so no attempt is counted")


def _keeps_secret_which_is_wrong(backend: Backend) -> None:
    journey = backend.begin()
    answers = wrong_answers(journey.first)
    if not isinstance(journey.first, Ask) or Kind.PASSWORD not in {field.kind for field in journey.first.fields}:
        raise NotTestableError("the first step asks for no password")
    step = backend.answer(journey, answers)
    if len(answers) > 1 and isinstance(step, Ask) and any(field.error for field in step.fields):
        raise RequirementBrokenError("an error is at one of the fields, so it says which answer is wrong")


def _answers_once(backend: Backend) -> None:
    journey, key = backend.begin(), new_key()
    answers = wrong_answers(journey.first)
    _same(backend.answer(journey, answers, key), backend.answer(journey, answers, key))


def _stays_at_the_answered_step(backend: Backend) -> None:
    journey = backend.begin()
    _same(backend.answer(journey, wrong_answers(journey.first)), backend.current(journey))


def _grants_right_answers(backend: Backend) -> None:
    granted = _through(backend, backend.begin())
    if backend.external_id not in granted.external_ids:
        raise RequirementBrokenError(f"externalIds has {len(granted.external_ids)} ids, and not {backend.external_id}")


def _grants_once(backend: Backend) -> None:
    journey, key = backend.begin(), new_key()
    for answers in backend.answers[:-1]:
        backend.answer(journey, answers)
    if not backend.answers:
        raise NotTestableError("--answers has the answers of no test customer")
    _same(backend.answer(journey, backend.answers[-1], key), backend.answer(journey, backend.answers[-1], key))


def _through(backend: Backend, journey: Journey) -> Granted:
    if not backend.answers:
        raise NotTestableError("--answers has the answers of no test customer")
    step = journey.first
    for answers in backend.answers:
        step = backend.answer(journey, answers)
    if not isinstance(step, Granted):
        raise RequirementBrokenError(f"after the right answers the step is {type(step).__name__.lower()}")
    return step


def _does_not_know(backend: Backend, *, method: str, path: str) -> None:
    body: object = {"answers": {}} if method == "POST" else None
    _expect_gone(backend.request(method, f"/connector-check{path}", body=body).status_code)


def _ends(backend: Backend) -> None:
    journey = backend.begin()
    expect(backend.request("DELETE", f"/{journey.journey_id}"), HTTPStatus.NO_CONTENT)
    _expect_gone(backend.request("GET", f"/{journey.journey_id}").status_code)


def _refuses_malformed(backend: Backend) -> None:
    journey = backend.begin()
    for path, body in (("", {}), ("", {"externalId": 1}), (f"/{journey.journey_id}/answers", {"answers": [1]})):
        _expect_client_error(backend.request("POST", path, body=body).status_code)


def _needs_key(backend: Backend) -> None:
    answer = backend.request("POST", "", headers={"Idempotency-Key": None}, body=backend.new_journey())
    _expect_client_error(answer.status_code)


def _expect_gone(status: int) -> None:
    if status not in GONE:
        raise RequirementBrokenError(f"the status is {status} instead of 404 or 410")


def _expect_client_error(status: int) -> None:
    if not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RequirementBrokenError(f"the status is {status} instead of 400 to 499")


def _same(one: object, other: object) -> None:
    if one != other:
        raise RequirementBrokenError("the two answers differ")


CHECKS = (
    Check("authentication", "no API key: 401", partial(_refuses_key, authorization=None)),
    Check("authentication", "wrong API key: 401", partial(_refuses_key, authorization="Bearer wrong")),
    Check("begin", "201, and a first step that is described and grants nothing", _begins),
    Check("begin", "each of the five languages", _speaks),
    Check("begin", "the same Idempotency-Key: the same journey", _begins_once),
    Check("begin", "another Idempotency-Key: another journey", _begins_anew),
    Check("begin", "no Idempotency-Key: 400 to 499", _needs_key),
    Check("begin", "a malformed body: 400 to 499", _refuses_malformed),
    Check("current step", "200, and the same step as before", _returns_current_step),
    Check("current step", "after an answer, the step of that answer", _stays_at_the_answered_step),
    Check("current step", "an unknown journey: 404 or 410", partial(_does_not_know, method="GET", path="")),
    Check("answer", "wrong answers: 200, a described step, never granted", _refuses_wrong_answers),
    Check("answer", "wrong answers: an error, so that an attempt is counted", _says_that_answers_are_wrong),
    Check("answer", "a wrong password: no word on which answer is wrong", _keeps_secret_which_is_wrong),
    Check("answer", "the same Idempotency-Key: the same answer", _answers_once),
    Check("answer", "an unknown journey: 404 or 410", partial(_does_not_know, method="POST", path="/answers")),
    Check("answer", "right answers: granted, with the journey's externalId", _grants_right_answers),
    Check("answer", "right answers, the same Idempotency-Key: the same answer", _grants_once),
    Check("cancel", "204, and the journey is gone", _ends),
    Check("cancel", "an unknown journey: 404 or 410", partial(_does_not_know, method="DELETE", path="")),
)
