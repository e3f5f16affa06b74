"""Names below localhost need no resolver."""

import pytest
import requests
from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from simulator.loopback import is_localhost, session
from simulator.wire.server import Server


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("abc.execute-api.localhost", True),
        ("notlocalhost", False),
        ("localhost.example", False),
        ("127.0.0.1", False),
    ],
)
def test_the_last_label_decides_whether_a_name_is_loopback(name: str, local: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_localhost(name) is local


def test_the_host_header_has_the_localhost_name_until_a_redirect_to_another_host() -> None:
    app = Flask("echo")
    server = Server("127.0.0.1")

    @app.get("/host")
    def host() -> str:
        return request.host

    @app.get("/away")
    def away() -> Response:
        return redirect(f"{server.origin}/host")

    server.serve(app)
    port = server.origin.rpartition(":")[2]
    name = f"abc.execute-api.localhost:{port}"
    try:
        with session() as http:
            direct = http.get(f"http://{name}/host")
            redirected = http.get(f"http://{name}/away")
    finally:
        server.stop()
    assert (direct.text, direct.url) == (name, f"http://{name}/host")
    assert redirected.text == f"127.0.0.1:{port}"


def test_a_stopped_server_refuses_connections() -> None:
    server = Server("127.0.0.1")
    server.serve(Flask("nothing"))
    server.stop()
    with session() as http, pytest.raises(requests.ConnectionError):
        http.get(server.origin)


def test_a_secure_cookie_is_sent_back_to_a_loopback_address_over_plain_http() -> None:
    """Browsers do so; the session of a customer in the tests must not differ."""
    app = Flask("cookie")
    server = Server("127.0.0.1")

    @app.get("/set")
    def give() -> Response:
        answer = Response("given")
        answer.set_cookie("__Host-a", "1", secure=True, httponly=True, samesite="Lax")
        return answer

    @app.get("/seen")
    def seen() -> str:
        return request.headers.get("Cookie", "")

    server.serve(app)
    with session() as client:
        client.get(f"{server.origin}/set", timeout=5)
        answer = client.get(f"{server.origin}/seen", timeout=5)
    server.stop()
    assert answer.text == "__Host-a=1"
