"""One account's request, from its message to its end, in memory."""

import pytest

from connector.reauth_requests.message_result import DeadLetter, Done, MessageResult, Retry
from connector.reauth_requests.model import LONGEST_HISTORY, ReauthRequest, RequestStatus
from connector.reauth_requests.process_request import ProcessRequest
from connector.reauth_requests.settings import RequestSettings
from connector.sage.api_response import ApiResponse, NotSentError
from tests.fakes.clock import Clock
from tests.fakes.request_repository import MemoryRequestRepository
from tests.fakes.statements import Statements, refusal, statement, statement_posted

REQUEST = ReauthRequest.model_validate({"bankAccountId": "account-1", "bankId": "bank-1"})
POST, GET = ("POST", "account-1", "bank-1"), ("GET", "statement-1")
SETTINGS = RequestSettings(
    requests_table="",
    reauth_requests_queue_url="",
    dead_letters_queue_url="",
    request_window_minutes=60,
    follow_up_seconds=15,
    follow_hours=24,
    statement_done="Completed, processed",
    statement_failed="failed,rejected",
)


class RequestSystem:
    """The use case with its repository, its clock and Banking Service's statements."""

    def __init__(self, *answers: ApiResponse | NotSentError) -> None:
        self.clock, self.repository, self.statements = Clock(), MemoryRequestRepository(), Statements(*answers)
        self.disconnected = set[str]()
        self._request = ProcessRequest(
            self.repository,
            self.statements,
            SETTINGS,
            self.clock,
            self.disconnected.__contains__,
            lambda _, most: most,
        )

    def deliver(self, message: str = "message-1") -> MessageResult:
        return self._request(REQUEST, message)

    def wait(self, result: MessageResult) -> None:
        assert isinstance(result, Retry)
        self.clock.pause(result.seconds)

    @property
    def events(self) -> list[object]:
        return [entry["event"] for entry in self.repository.records["account-1"].history]


def test_a_statement_is_posted_once_and_followed_until_it_is_processed() -> None:
    system = RequestSystem(statement_posted(), statement("processing"), statement("COMPLETED"))

    first = system.deliver()
    system.wait(first)
    system.wait(system.deliver())
    last = system.deliver()

    assert first == Retry(15, "posted")
    assert last == Done("accepted")
    assert system.statements.requests == [POST, GET, GET]
    assert system.events == ["requested", "posted", "running", "accepted"]


def test_another_message_for_the_account_is_the_same_request_until_the_window_ends() -> None:
    system = RequestSystem(statement_posted(), statement_posted("statement-2"))
    system.deliver()

    assert system.deliver("message-2") == Done("repeated")
    system.clock.now += 60 * 60
    assert isinstance(system.deliver("message-3"), Retry)
    assert system.statements.requests == [POST, POST]


def test_a_message_does_nothing_after_another_took_its_record_over() -> None:
    system = RequestSystem(statement_posted(), statement_posted("statement-2"))
    system.deliver()
    system.clock.now += 60 * 60
    system.deliver("message-2")

    assert system.deliver("message-1") == Done("repeated")
    assert system.statements.requests == [POST, POST]


def test_a_message_that_is_delivered_after_its_end_does_nothing() -> None:
    system = RequestSystem(statement_posted(), statement("processed"))
    system.deliver()
    system.deliver()

    assert system.deliver() == Done("accepted")
    assert system.statements.requests == [POST, GET]


def test_a_crash_between_post_and_its_record_posts_again_when_the_message_returns() -> None:
    system = RequestSystem(statement_posted(), statement_posted("statement-2"))

    def crash() -> None:
        raise KeyboardInterrupt

    system.statements.on_call = crash
    with pytest.raises(KeyboardInterrupt):
        system.deliver()
    system.statements.on_call = lambda: None

    assert isinstance(system.deliver(), Retry)
    assert system.statements.requests == [POST, POST]
    assert system.repository.records["account-1"].statement_id is not None


def test_a_request_is_retried_while_another_statement_is_in_flight() -> None:
    system = RequestSystem(refusal(409, "UnsupportedOperationError", "in flight"), statement_posted())

    waiting = system.deliver()

    assert waiting == Retry(15, "HTTP 409: UnsupportedOperationError: in flight")
    assert isinstance(system.deliver(), Retry)
    assert system.events == ["requested", "posted"]


def test_a_429_stops_the_batch_for_the_seconds_of_retry_after() -> None:
    assert RequestSystem(ApiResponse(429, retry_after=77)).deliver() == Retry(77, "HTTP 429", stops_batch=True)


def test_a_retry_after_of_a_day_is_cut_to_an_hour() -> None:
    assert RequestSystem(ApiResponse(503, retry_after=86400)).deliver() == Retry(3600, "HTTP 503")


@pytest.mark.parametrize(
    "answer",
    [
        ApiResponse(None),
        ApiResponse(401),
        ApiResponse(403),
        ApiResponse(408),
        ApiResponse(500),
        ApiResponse(503),
        ApiResponse(301),
        ApiResponse(202, body=b"{"),
    ],
)
def test_a_temporary_failure_is_retried(answer: ApiResponse) -> None:
    system = RequestSystem(answer, statement_posted())

    assert isinstance(system.deliver(), Retry)
    assert isinstance(system.deliver(), Retry)
    assert system.events == ["requested", "posted"]


def test_a_missing_token_stops_the_batch() -> None:
    result = RequestSystem(NotSentError("Sage ID cannot be reached")).deliver()

    assert isinstance(result, Retry)
    assert result.stops_batch


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_is_a_dead_letter_with_sages_text(status: int) -> None:
    system = RequestSystem(refusal(status, "NotFoundError", "there is no such account"))

    assert system.deliver() == DeadLetter("rejected", f"HTTP {status}: NotFoundError: there is no such account")
    assert system.events == ["requested", "rejected"]


def test_a_rejected_statement_is_a_dead_letter_with_sages_reason() -> None:
    system = RequestSystem(statement_posted(), statement("Failed", "the account is cancelled"))
    system.deliver()

    assert system.deliver() == DeadLetter("rejected", "statement Failed: the account is cancelled")
    assert system.repository.records["account-1"].request_status is RequestStatus.REJECTED


@pytest.mark.parametrize("reason", [None, {"code": 7}, ["a", "b"], "line\nbreak", "x" * 1000])
def test_a_reason_of_any_shape_is_kept_short_and_printable(reason: object) -> None:
    system = RequestSystem(statement_posted(), statement("rejected", reason))
    system.deliver()
    result = system.deliver()

    assert isinstance(result, DeadLetter)
    assert result.reason.isprintable()
    assert len(result.reason) <= 300


def test_a_failure_that_was_recorded_is_a_dead_letter_at_the_next_delivery_too() -> None:
    system = RequestSystem(refusal(404, "NotFoundError", "there is no such account"))
    first = system.deliver()

    assert system.deliver() == first
    assert system.statements.requests == [POST]


def test_after_a_failure_a_new_request_may_follow_at_once() -> None:
    system = RequestSystem(refusal(404, "NotFoundError", "not linked yet"), statement_posted())
    system.deliver()

    assert isinstance(system.deliver("message-2"), Retry)
    assert system.events == ["requested", "rejected", "requested", "posted"]


def test_an_unknown_status_is_still_running_and_recorded_once() -> None:
    system = RequestSystem(statement_posted(), *[statement("Zwischenstand")] * 3, statement("completed"))
    system.deliver()
    for _ in range(3):
        system.wait(system.deliver())

    assert system.deliver() == Done("accepted")
    running = [entry for entry in system.repository.records["account-1"].history if entry["event"] == "running"]
    assert [entry["status"] for entry in running] == ["Zwischenstand"]


def test_a_status_that_changes_at_each_check_does_not_fill_the_record() -> None:
    changing = [statement(f"status {number}") for number in range(300)]
    system = RequestSystem(statement_posted(), *changing, statement("completed"))
    result = system.deliver()
    for _ in changing:
        result = system.deliver()

    assert isinstance(result, Retry)
    assert system.deliver() == Done("accepted")
    history = system.repository.records["account-1"].history
    assert len(history) == LONGEST_HISTORY + 1
    assert history[-1]["event"] == "accepted"


def test_a_statement_that_never_ends_is_read_less_and_less_often_and_then_abandoned() -> None:
    responses = [statement("pending")] * 500
    system = RequestSystem(statement_posted(), *responses)
    pauses = []
    result = system.deliver()
    while isinstance(result, Retry):
        pauses.append(result.seconds)
        system.wait(result)
        result = system.deliver()

    assert result == DeadLetter("abandoned", "nothing new within 24 h: the statement is 'pending'")
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (15, 900)
    assert len(pauses) < 200


def test_a_statement_without_an_id_is_a_dead_letter() -> None:
    result = RequestSystem(ApiResponse(200, body=b'{"data": {}}')).deliver()

    assert result == DeadLetter("abandoned", "Sage took the statement and did not say its id")


@pytest.mark.parametrize(
    "answers", [[ApiResponse(404)], [statement_posted(), statement("failed")]], ids=["refused", "failed"]
)
def test_a_request_that_fails_for_a_disconnected_account_ends_without_a_dead_letter(answers: list[ApiResponse]) -> None:
    system = RequestSystem(*answers)
    system.disconnected.add("account-1")

    results = [system.deliver() for _ in answers]

    assert results[-1] == Done("disconnected")
    assert system.events[-1] == "disconnected"
    assert system.deliver() == Done("disconnected")
