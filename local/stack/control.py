from collections.abc import Mapping
from typing import Any

from simulator.loopback import session

SECONDS = 30


class Control:
    """The simulator's control API: what a developer or a test may see and do that Sage's own callers may not."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = session()

    def register_connector(self, api_url: str) -> None:
        """Give Sage the connector's two URLs, as a provider does when it is set up."""
        self.put(
            "/connector", {"notification_url": f"{api_url}/notification", "authrefresh_url": f"{api_url}/authrefresh"}
        )

    def exchanges(self, since: int = 0) -> list[dict[str, Any]]:
        """List the exchanges that a party of the simulator took part in, after number `since`, secrets masked."""
        exchanges: list[dict[str, Any]] = self.get(f"/exchanges?since={since}")["exchanges"]
        return exchanges

    def clear_exchanges(self) -> None:
        """Forget every exchange so far."""
        self._ask("DELETE", "/exchanges")

    def get(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """GET and read JSON. Raises requests.HTTPError."""
        return self._ask("GET", path)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """PUT and read JSON. Raises requests.HTTPError."""
        return self._ask("PUT", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """PATCH and read JSON. Raises requests.HTTPError."""
        return self._ask("PATCH", path, body)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """POST and read JSON. Raises requests.HTTPError."""
        return self._ask("POST", path, body)

    def delete(self, path: str) -> None:
        """DELETE. Raises requests.HTTPError."""
        self._ask("DELETE", path)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - any JSON
        answer = self._session.request(method, self.url + path, json=body, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None
