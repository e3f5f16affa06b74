"""A browser, as far as a customer of the soak needs one: it shows one page, and presses its buttons by what they do."""

import threading
from dataclasses import dataclass, field

import requests
from bs4 import BeautifulSoup, Tag

from simulator.loopback import session

SECONDS = 40
NAVIGATION = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@dataclass(frozen=True)
class Form:
    """A form, and what it sends when the button is pressed that does something."""

    method: str
    action: str
    fields: dict[str, str] = field(repr=False)

    @property
    def query(self) -> dict[str, str] | None:
        """What goes into the URL."""
        return self.fields if self.method == "GET" else None

    @property
    def body(self) -> dict[str, str] | None:
        """What goes into the body."""
        return self.fields if self.method == "POST" else None


class Page:
    """What the browser shows; nothing, where no answer came."""

    def __init__(self, answer: requests.Response | None) -> None:
        self.status = answer.status_code if answer is not None else None
        self.location = answer.headers.get("Location") if answer is not None else None
        html = answer.text if answer is not None else ""
        self._html = BeautifulSoup(html, "html.parser")

    @property
    def name(self) -> str:
        """What the page calls itself."""
        root = self._html.select_one("[data-connector-page]")
        return str(root["data-connector-page"]) if isinstance(root, Tag) else ""

    @property
    def failed(self) -> bool:
        """Whether there is nothing of ours to go on from."""
        return self.status is None or self.status >= requests.codes.server_error

    def form(self, do: str) -> Form | None:
        """Find the form whose button does this."""
        button = self._html.select_one(f'button[name="do"][value="{do}"]')
        return _form(button, {"do": do}) if button else None

    def look_again(self) -> Form | None:
        """Find the form that looks again while an outcome is on its way."""
        form = self._html.select_one("form[data-connector-poll]")
        return _form(form.find("button"), {}) if isinstance(form, Tag) else None


def _form(button: object, pressed: dict[str, str]) -> Form | None:
    form = button.find_parent("form") if isinstance(button, Tag) else None
    if form is None:
        return None
    fields = {str(i["name"]): str(i.get("value", "")) for i in form.find_all("input") if i.get("name")}
    return Form(str(form.get("method", "get")).upper(), str(form["action"]), fields | pressed)


# Each request at a time needs a process of the local AWS. Customers who think need none, so they may be many more.
LINE = threading.BoundedSemaphore(8)


class Browser:
    """Opens pages and sends forms. A connection that breaks shows no page."""

    def __init__(self) -> None:
        self._session = session()

    def open(self, url: str) -> Page:
        """Follow a link; a redirect is shown, not followed."""
        return self._ask("GET", url)

    def send(self, form: Form) -> Page:
        """Send a form."""
        return self._ask(form.method, form.action, params=form.query, data=form.body)

    def _ask(self, method: str, url: str, **sent: dict[str, str] | None) -> Page:
        try:
            with LINE:
                return Page(
                    self._session.request(
                        method,
                        url,
                        headers=NAVIGATION,
                        timeout=SECONDS,
                        allow_redirects=False,
                        params=sent.get("params"),
                        data=sent.get("data"),
                    )
                )
        except requests.RequestException:
            return Page(None)
