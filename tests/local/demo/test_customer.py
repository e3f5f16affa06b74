"""The demonstration's customer, on a small web site behind a real socket."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.demo.customer import Customer
from local.machine.errors import LocalError

FORM = b"""<h1>Who are you?</h1>
<form method="post" action="/answer"><input type="hidden" name="ticket" value="t-1">
<label for="name">Your name</label><input id="name" name="name">
<button name="do" value="go">Go  on</button><button name="do" value="stop">Stop</button></form>"""


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/start":
            self._answer(303, location="/form")
        elif self.path == "/round":
            self._answer(303, location="/round")
        else:
            self._answer(200, FORM)

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200, b"<p>Sent: " + sent + b"</p>")

    def _answer(self, status: int, body: bytes = b"", location: str | None = None) -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def customer() -> Customer:
    return Customer()


def test_redirects_are_followed_to_the_page(customer: Customer, site: str) -> None:
    customer.open(f"{site}/start")
    assert customer.url == f"{site}/form"
    assert customer.text.startswith("Who are you?")


def test_a_form_is_sent_with_its_initial_values_the_answers_and_the_button(customer: Customer, site: str) -> None:
    customer.open(site)
    customer.press("Go on", {"Your name": "Ada"})
    assert customer.text == "Sent: ticket=t-1&name=Ada&do=go"


def test_a_missing_button_is_an_error_with_the_text_of_the_page(customer: Customer, site: str) -> None:
    customer.open(site)
    with pytest.raises(LocalError, match=r"no button 'Confirm' on .* with the text: Who are you\?"):
        customer.press("Confirm")


def test_a_missing_field_is_an_error(customer: Customer, site: str) -> None:
    customer.open(site)
    with pytest.raises(LocalError, match="no label 'Your code'"):
        customer.press("Go on", {"Your code": "123456"})


def test_too_many_redirects_are_an_error(customer: Customer, site: str) -> None:
    with pytest.raises(LocalError, match="redirects more than 10 times"):
        customer.open(f"{site}/round")
