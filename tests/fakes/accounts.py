"""Banking Service's accounts, as far as confirming can see them."""

import json

from connector.sage.provider_api import Answer


def account(status: str, bank_account_id: str = "account-1") -> Answer:
    return Answer(200, body=json.dumps({"data": {"bankAccountId": bank_account_id, "status": status}}).encode())


class Accounts:
    def __init__(self, *answers: Answer | Exception) -> None:
        self.heard: list[tuple[str, str]] = []
        self._answers = list(answers)

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> Answer:
        assert timeout > 0
        self.heard.append((bank_id, external_id))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
