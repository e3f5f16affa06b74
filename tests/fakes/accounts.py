"""Banking Service's accounts, as far as confirming can see them."""

import json

from connector.sage.api_response import ApiResponse


def account(status: str, bank_account_id: str = "account-1") -> ApiResponse:
    return ApiResponse(200, body=json.dumps({"data": {"bankAccountId": bank_account_id, "status": status}}).encode())


class Accounts:
    def __init__(self, *answers: ApiResponse | Exception) -> None:
        self.heard: list[tuple[str, str]] = []
        self._answers = list(answers)

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> ApiResponse:
        assert timeout > 0
        self.heard.append((bank_id, external_id))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
