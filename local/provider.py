"""The provider's own systems, as far as the demo needs them."""

from typing import Any

from local.state import Simulator
from simulator.loopback import session

SECONDS = 30


def require_authorisation(sage: Simulator, account: dict[str, Any]) -> None:
    """Mark an account `authRequired` with a statement, as Sage's guide has it. Raises requests.HTTPError."""
    with session() as client:
        token = client.post(
            sage.sage_id.token_url,
            json={
                "grant_type": "client_credentials",
                "client_id": sage.credentials["client_id"],
                "client_secret": sage.credentials["client_secret"],
                "audience": sage.provider_api.audience,
            },
            timeout=SECONDS,
        )
        token.raise_for_status()
        client.post(
            f"{sage.provider_api.url}/statements",
            json=_statement(account["bankAccountId"], account["bankId"]),
            headers={
                "Authorization": f"Bearer {token.json()['access_token']}",
                "x-api-key": sage.credentials["api_key"],
            },
            timeout=SECONDS,
        ).raise_for_status()


def _statement(bank_account_id: str, bank_id: str) -> dict[str, Any]:
    return {
        "data": {
            "principalId": bank_account_id,
            "bankId": bank_id,
            "expected": {
                "transactionDetailsCount": 0,
                "accountDetailsCount": 1,
                "transactionCreditSum": 0,
                "transactionDebitSum": 0,
            },
            "accountDetails": [{"bankAccountId": bank_account_id, "status": "authRequired"}],
            "transactionDetails": [],
        }
    }
