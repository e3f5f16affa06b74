"""The statements of Banking Service: each call returns the next prepared answer, and every call is recorded."""

import json
from typing import TYPE_CHECKING

from connector.sage.api_response import ApiResponse, NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable


def statement_posted(statement_id: str = "statement-1") -> ApiResponse:
    return ApiResponse(202, body=json.dumps({"data": {"_id": statement_id, "status": "processing"}}).encode())


def statement(status: str, reason: object = None) -> ApiResponse:
    return ApiResponse(
        200, body=json.dumps({"data": {"_id": "statement-1", "status": status, "reason": reason}}).encode()
    )


def refusal(status: int, code: str, detail: str) -> ApiResponse:
    return ApiResponse(status, body=json.dumps({"error": {"code": code, "detail": detail}}).encode())


class Statements:
    def __init__(self, *answers: ApiResponse | NotSentError) -> None:
        self.requests: list[tuple[str, ...]] = []
        self._answers = list(answers)
        self.on_call: Callable[[], None] = lambda: None

    def post_statement(self, bank_account_id: str, bank_id: str, *, timeout: float) -> ApiResponse:
        assert timeout > 0
        self.requests.append(("POST", bank_account_id, bank_id))
        return self._answer()

    def get_statement(self, statement_id: str, *, timeout: float) -> ApiResponse:
        assert timeout > 0
        self.requests.append(("GET", statement_id))
        return self._answer()

    def _answer(self) -> ApiResponse:
        self.on_call()
        answer = self._answers.pop(0)
        if isinstance(answer, NotSentError):
            raise answer
        return answer
