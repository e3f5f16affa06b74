from collections.abc import Mapping
from typing import Any

from simulator.loopback import session

TIMEOUT_SECONDS = 30


class Control:
    """A client of the simulator's control API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = session()

    def register_connector(self, api_url: str, *, recorded: bool = False) -> None:
        """Register the connector's two URLs, as a provider does with Sage.

        `recorded`: browsers reach the connector through the simulator, which records their requests.
        """
        urls = {"notification_url": f"{api_url}/notification", "authrefresh_url": f"{api_url}/authrefresh"}
        self.put("/connector", urls | {"recorded": recorded})

    def exchanges(self, since: int = 0) -> list[dict[str, Any]]:
        """List the exchanges of the simulator's parties with numbers above `since`. Secrets are masked."""
        exchanges: list[dict[str, Any]] = self.get(f"/exchanges?since={since}")["exchanges"]
        return exchanges

    def clear_exchanges(self) -> None:
        """Delete every recorded exchange."""
        self._send("DELETE", "/exchanges")

    def get(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """GET and read JSON. Raises requests.HTTPError."""
        return self._send("GET", path)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """PUT and read JSON. Raises requests.HTTPError."""
        return self._send("PUT", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """PATCH and read JSON. Raises requests.HTTPError."""
        return self._send("PATCH", path, body)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """POST and read JSON. Raises requests.HTTPError."""
        return self._send("POST", path, body)

    def delete(self, path: str) -> None:
        """DELETE. Raises requests.HTTPError."""
        self._send("DELETE", path)

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - any JSON
        response = self._session.request(method, self.url + path, json=body, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        return response.json() if response.content else None
