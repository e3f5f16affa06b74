"""The smallest connector that the simulator can talk to, on a real socket: for tests of the simulator itself."""

from queue import Queue
from threading import Event
from types import TracebackType
from typing import Any, Self

import requests
from flask import Flask, Request, Response, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.loopback import session
from simulator.wire.server import Server

PAGE = """<section><h2>Example Bank</h2><form method="post" action="{{ action }}">
{% for name, value in query.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
<button>Continue at the bank</button></form></section>"""


class FakeConnector:
    """Says yes to every notification and every customer; keeps the requests that it got."""

    def __init__(self, simulation: dict[str, Any]) -> None:
        self._simulation = simulation
        self._http = session()
        self._server = Server("127.0.0.1")
        self.url = self._server.origin
        self.notifications: Queue[Request] = Queue()
        self.visits: Queue[Request] = Queue()
        self.notification_status = 200
        self.authrefresh_status = 200
        self.gate = Event()
        """Notifications are answered while it is set."""
        self.gate.set()

    def __enter__(self) -> Self:
        self._server.serve(self._application())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()
        self._http.close()

    def register(self, origin: str | None = None, *, recorded: bool = False) -> None:
        """Tell the simulator where it is; under another origin if one is given."""
        base = origin or self.url
        urls = {"notification_url": f"{base}/notification", "authrefresh_url": f"{base}/authrefresh"}
        body = urls | {"recorded": recorded}
        self._http.put(f"{self._simulation['control']['url']}/connector", json=body).raise_for_status()

    def token(self) -> str:
        """Get a Sage ID token for Provider API."""
        known = self._simulation["credentials"]
        prompt = {
            "grant_type": "client_credentials",
            "client_id": known["client_id"],
            "client_secret": known["client_secret"],
            "audience": self._simulation["provider_api"]["audience"],
        }
        answer = self._http.post(self._simulation["sage_id"]["token_url"], json=prompt)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    def patch(self, authorisation_id: str, status: str = "success") -> requests.Response:
        """Report a result."""
        return self._http.patch(
            f"{self._simulation['provider_api']['url']}/authorisations/{authorisation_id}",
            json={"data": {"status": status}},
            headers={
                "Authorization": f"Bearer {self.token()}",
                "x-api-key": self._simulation["credentials"]["api_key"],
            },
        )

    def _application(self) -> Flask:
        app = Flask("fake_connector")

        @app.post("/notification")
        def notification() -> tuple[dict[str, str], int]:
            self.gate.wait()
            self.notifications.put(_kept())
            return {"status": "accepted"}, self.notification_status

        @app.get("/authrefresh")
        def authrefresh() -> Response:
            self.visits.put(_kept())
            action = f"{request.host_url}done"
            page = render_template_string(PAGE, action=action, query=request.args)
            return Response(page, self.authrefresh_status, mimetype="text/html")

        @app.post("/done")
        def done() -> AnyResponse:
            self.patch(request.form["authorisation_id"]).raise_for_status()
            return redirect(f"{request.form['redirect_uri']}&state={request.form['state']}", 303)

        return app


def _kept() -> Request:
    """Take the request out of its context, with its body read."""
    current: Request = request._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - werkzeug's public way
    current.get_data()
    return current
