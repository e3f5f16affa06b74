"""One account's request, from the message to what Sage decided, in memory."""

import pytest

from connector.reauth_requests.message_result import DeadLetter, Done, MessageResult, Retry
from connector.reauth_requests.model import ReauthRequest, RequestStatus
from connector.reauth_requests.process_request import RequestReauthorisation
from connector.reauth_requests.settings import RequestSettings
from connector.sage.provider_api import ApiResponse, NotSentError
from tests.fakes.clock import Clock
from tests.fakes.request_repository import MemoryLedger
from tests.fakes.statements import Statements, refusal, statement, taken

REQUEST = ReauthRequest.model_validate({"bankAccountId": "account-1", "bankId": "bank-1"})
POST, GET = ("POST", "account-1", "bank-1"), ("GET", "statement-1")
SETTINGS = RequestSettings(
    requests_table="",
    reauth_requests_queue_url="",
    dead_letters_queue_url="",
    reauth_requests_per_second=5,
    reauth_requests_concurrency=2,
    request_window_minutes=60,
    follow_up_seconds=15,
    follow_hours=24,
    statement_done="Completed, processed",
    statement_failed="failed,rejected",
)


class Desk:
    """A use case with everything that it works with, and its messages."""

    def __init__(self, *answers: ApiResponse | NotSentError) -> None:
        self.clock, self.repository, self.sage = Clock(), MemoryLedger(), Statements(*answers)
        self._request = RequestReauthorisation(self.repository, self.sage, SETTINGS, self.clock, lambda _, most: most)

    def deliver(self, message: str = "message-1") -> MessageResult:
        return self._request(REQUEST, message)

    def wait(self, fate: MessageResult) -> None:
        assert isinstance(fate, Retry)
        self.clock.pause(fate.seconds)

    @property
    def events(self) -> list[object]:
        return [entry["event"] for entry in self.repository.records["account-1"].history]


def test_a_statement_is_posted_once_and_followed_until_it_is_processed() -> None:
    desk = Desk(taken(), statement("processing"), statement("COMPLETED"))

    first = desk.deliver()
    desk.wait(first)
    desk.wait(desk.deliver())
    last = desk.deliver()

    assert first == Retry(15, "posted")
    assert last == Done("accepted")
    assert desk.sage.heard == [POST, GET, GET]
    assert desk.events == ["requested", "posted", "running", "accepted"]


def test_the_same_account_in_another_message_is_the_same_request_until_the_window_ends() -> None:
    desk = Desk(taken(), taken("statement-2"))
    desk.deliver()

    assert desk.deliver("message-2") == Done("repeated")
    desk.clock.now += 60 * 60
    assert isinstance(desk.deliver("message-3"), Retry)
    assert desk.sage.heard == [POST, POST]


def test_a_message_whose_record_was_taken_over_after_its_window_does_nothing_more() -> None:
    desk = Desk(taken(), taken("statement-2"))
    desk.deliver()
    desk.clock.now += 60 * 60
    desk.deliver("message-2")

    assert desk.deliver("message-1") == Done("repeated")
    assert desk.sage.heard == [POST, POST]


def test_a_message_that_comes_again_after_its_end_does_nothing_more() -> None:
    desk = Desk(taken(), statement("processed"))
    desk.deliver()
    desk.deliver()

    assert desk.deliver() == Done("accepted")
    assert desk.sage.heard == [POST, GET]


def test_a_crash_between_post_and_its_record_posts_again_when_the_message_returns() -> None:
    desk = Desk(taken(), taken("statement-2"))

    def crash() -> None:
        raise KeyboardInterrupt

    desk.sage.on_call = crash
    with pytest.raises(KeyboardInterrupt):
        desk.deliver()
    desk.sage.on_call = lambda: None

    assert isinstance(desk.deliver(), Retry)
    assert desk.sage.heard == [POST, POST]
    assert desk.repository.records["account-1"].statement_id is not None


def test_a_statement_in_flight_makes_the_request_wait_and_come_back() -> None:
    desk = Desk(refusal(409, "UnsupportedOperationError", "in flight"), taken())

    waiting = desk.deliver()

    assert waiting == Retry(15, "HTTP 409: UnsupportedOperationError: in flight")
    assert isinstance(desk.deliver(), Retry)
    assert desk.events == ["requested", "posted"]


def test_retry_after_is_respected_and_stops_everyone() -> None:
    assert Desk(ApiResponse(429, retry_after=77)).deliver() == Retry(77, "HTTP 429", everyone=True)


def test_a_retry_after_of_days_is_an_hour() -> None:
    assert Desk(ApiResponse(503, retry_after=86400)).deliver() == Retry(3600, "HTTP 503")


@pytest.mark.parametrize(
    "answer",
    [
        ApiResponse(None),
        ApiResponse(401),
        ApiResponse(408),
        ApiResponse(500),
        ApiResponse(503),
        ApiResponse(301),
        ApiResponse(202, body=b"{"),
    ],
)
def test_what_may_pass_is_tried_again(answer: ApiResponse) -> None:
    desk = Desk(answer, taken())

    assert isinstance(desk.deliver(), Retry)
    assert isinstance(desk.deliver(), Retry)
    assert desk.events == ["requested", "posted"]


def test_without_a_token_everyone_waits() -> None:
    fate = Desk(NotSentError("Sage ID cannot be reached")).deliver()

    assert isinstance(fate, Retry)
    assert fate.everyone


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_fails_with_sages_own_words(status: int) -> None:
    desk = Desk(refusal(status, "NotFoundError", "there is no such account"))

    assert desk.deliver() == DeadLetter("rejected", f"HTTP {status}: NotFoundError: there is no such account")
    assert desk.events == ["requested", "rejected"]


def test_a_rejected_statement_fails_with_sages_reason() -> None:
    desk = Desk(taken(), statement("Failed", "the account is cancelled"))
    desk.deliver()

    assert desk.deliver() == DeadLetter("rejected", "statement Failed: the account is cancelled")
    assert desk.repository.records["account-1"].request_status is RequestStatus.REJECTED


@pytest.mark.parametrize("reason", [None, {"code": 7}, ["a", "b"], "line\nbreak", "x" * 1000])
def test_a_reason_of_any_shape_is_kept_short_and_printable(reason: object) -> None:
    desk = Desk(taken(), statement("rejected", reason))
    desk.deliver()
    fate = desk.deliver()

    assert isinstance(fate, DeadLetter)
    assert fate.reason.isprintable()
    assert len(fate.reason) <= 300


def test_a_failure_that_was_recorded_and_not_told_is_told_when_the_message_returns() -> None:
    desk = Desk(refusal(404, "NotFoundError", "there is no such account"))
    first = desk.deliver()

    assert desk.deliver() == first
    assert desk.sage.heard == [POST]


def test_after_a_failure_the_account_may_be_asked_for_again_at_once() -> None:
    desk = Desk(refusal(404, "NotFoundError", "not linked yet"), taken())
    desk.deliver()

    assert isinstance(desk.deliver("message-2"), Retry)
    assert desk.events == ["requested", "rejected", "requested", "posted"]


def test_an_unknown_status_is_still_running_and_recorded_once() -> None:
    desk = Desk(taken(), *[statement("Zwischenstand")] * 3, statement("completed"))
    desk.deliver()
    for _ in range(3):
        desk.wait(desk.deliver())

    assert desk.deliver() == Done("accepted")
    running = [entry for entry in desk.repository.records["account-1"].history if entry["event"] == "running"]
    assert [entry["status"] for entry in running] == ["Zwischenstand"]


def test_what_never_ends_is_looked_at_ever_more_rarely_and_given_up_in_the_end() -> None:
    looks = [statement("pending")] * 500
    desk = Desk(taken(), *looks)
    pauses = []
    fate = desk.deliver()
    while isinstance(fate, Retry):
        pauses.append(fate.seconds)
        desk.wait(fate)
        fate = desk.deliver()

    assert fate == DeadLetter("abandoned", "nothing new within 24 h: the statement is 'pending'")
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (15, 900)
    assert len(pauses) < 200


def test_an_answer_without_an_id_cannot_be_followed_and_is_told() -> None:
    fate = Desk(ApiResponse(200, body=b'{"data": {}}')).deliver()

    assert fate == DeadLetter("abandoned", "Sage took the statement and did not say its id")
