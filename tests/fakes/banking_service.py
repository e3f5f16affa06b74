"""Banking Service, as far as delivery needs it: a test decides its responses, and it records the requests."""

from typing import TYPE_CHECKING

from connector.sage.api_response import ApiResponse, NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable

ACKNOWLEDGED = ApiResponse(200)
LOST = ApiResponse(None)
"""The request may or may not have arrived."""
NO_CONNECTION = ApiResponse(None, sent=False)


class BankingService:
    def __init__(self, *answers: ApiResponse | NotSentError, finally_: ApiResponse = ACKNOWLEDGED) -> None:
        self.heard: list[tuple[str, str]] = []
        self.timeouts: list[float] = []
        self._answers = list(answers)
        self._finally = finally_
        self.on_call: Callable[[], None] = lambda: None

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        self.heard.append((authorisation_id, status))
        self.timeouts.append(timeout)
        self.on_call()
        answer = self._answers.pop(0) if self._answers else self._finally
        if isinstance(answer, NotSentError):
            raise answer
        return answer
