"""The product's client of the Consumer API."""

from typing import Any

import requests

from simulator.loopback import session

TIMEOUT_SECONDS = 60


class ConsumerApiError(Exception):
    """The Consumer API refused. `status` and `detail` are from its response."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class ConsumerApiClient:
    """Calls the Consumer API. Every method raises ConsumerApiError if the API refuses."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = session()

    def accounts(self) -> list[dict[str, Any]]:
        """List the linked accounts."""
        listed: list[dict[str, Any]] = self._get("/bankaccounts").json()["data"]
        return listed

    def account(self, bank_account_id: str) -> dict[str, Any]:
        """Return an account."""
        account: dict[str, Any] = self._get(f"/bankaccounts/{bank_account_id}").json()["data"]
        return account

    def start_authorisation(self, bank_account_id: str, redirect: str) -> str:
        """Start a re-authorisation; return the URL of the customer's dialogue."""
        path = f"/bankaccounts/{bank_account_id}/indirectauth"
        return self._get(path, {"redirect": redirect}).headers["Location"]

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    def _get(self, path: str, query: dict[str, str] | None = None) -> requests.Response:
        response = self._session.get(self._url + path, params=query, timeout=TIMEOUT_SECONDS, allow_redirects=False)
        if not response.ok:
            raise ConsumerApiError(response.status_code, response.json()["error"]["detail"])
        return response
