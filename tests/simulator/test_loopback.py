"""Names below localhost are reached without a resolver."""

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
def test_a_name_is_loopback_by_its_last_label(name: str, local: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_localhost(name) is local


def test_a_localhost_name_arrives_in_the_host_header_and_does_not_survive_a_redirect_elsewhere() -> None:
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


def test_a_server_that_was_stopped_refuses_connections() -> None:
    server = Server("127.0.0.1")
    server.serve(Flask("nothing"))
    server.stop()
    with session() as http, pytest.raises(requests.ConnectionError):
        http.get(server.origin)
