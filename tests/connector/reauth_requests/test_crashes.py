"""The function is killed before or after each step of a request; SQS delivers the message again."""

from typing import Any

import pytest

from connector.reauth_requests.message_result import Done, MessageResult
from connector.reauth_requests.model import RequestStatus
from connector.reauth_requests.process_request import ProcessRequest
from tests.connector.reauth_requests.test_process_request import POST, REQUEST, SETTINGS, RequestSystem
from tests.fakes.statements import statement, statement_posted

OPERATIONS = ("claim", "POST", "write posted", "claim", "GET", "write accepted")


class Killed(BaseException):
    """The end of a Lambda environment."""


class Guarded:
    """Passes every call on, and is killed before or after one of them."""

    def __init__(self, inner: object, fuse: "Fuse") -> None:
        self._inner = inner
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the inner one has
        call = getattr(self._inner, name)

        def guarded(*values: Any, **named: Any) -> Any:  # noqa: ANN401 - likewise
            return self._fuse.around(lambda: call(*values, **named))

        return guarded


class Fuse:
    """Counts the operations, and kills the function at one of them, once."""

    def __init__(self, burns_at: int, *, after: bool) -> None:
        self._left = burns_at
        self._after = after

    def around(self, operation: Any) -> Any:  # noqa: ANN401 - any operation
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Killed
        result = operation()
        if self._left == 0:
            raise Killed
        return result


POSTED_TWICE = {("after", "POST"), ("before", "write posted")}
"""What nobody wrote down is posted again, which Sage calls safe."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(len(OPERATIONS)))
def test_a_request_continues_after_its_function_was_killed(number: int, when: str) -> None:
    twice = (when, OPERATIONS[number]) in POSTED_TWICE
    system = RequestSystem(*[statement_posted()] * (2 if twice else 1), *[statement("completed")] * 2)
    fuse = Fuse(number + 1, after=when == "after")
    request = ProcessRequest(
        Guarded(system.repository, fuse),
        Guarded(system.statements, fuse),
        SETTINGS,
        system.clock,
        lambda _: False,
        lambda _, most: most,
    )

    results = list[MessageResult | Killed]()
    while not results or not isinstance(results[-1], Done):
        try:
            results.append(request(REQUEST, "message-1"))
        except Killed as killed:
            results.append(killed)

    assert sum(isinstance(result, Killed) for result in results) == 1
    assert system.repository.records["account-1"].request_status is RequestStatus.ACCEPTED
    assert system.statements.requests.count(POST) == (2 if twice else 1)
    assert system.events.count("requested") == system.events.count("posted") == system.events.count("accepted") == 1
