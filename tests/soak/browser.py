"""The browser of a soak test customer. It keeps cookies, shows one page, and presses buttons by their values."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from simulator.loopback import session

TIMEOUT_SECONDS = 40
NAVIGATION = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@dataclass(frozen=True)
class Form:
    """A form, with the fields that one of its buttons sends."""

    method: str
    action: str
    fields: dict[str, str] = field(repr=False)

    def filled(self, answers: Mapping[str, str]) -> "Form":
        """Return the form with an answer in each field of this name that it has."""
        return replace(self, fields={name: answers.get(name, value) for name, value in self.fields.items()})

    @property
    def query(self) -> dict[str, str] | None:
        """The query of a GET form."""
        return self.fields if self.method == "GET" else None

    @property
    def body(self) -> dict[str, str] | None:
        """The body of a POST form."""
        return self.fields if self.method == "POST" else None


class Page:
    """The page that the browser shows. It is empty if there was no response."""

    def __init__(self, response: requests.Response | None) -> None:
        self.status = response.status_code if response is not None else None
        self.location = response.headers.get("Location") if response is not None else None
        self._url = response.url if response is not None else ""
        html = response.text if response is not None else ""
        self._html = BeautifulSoup(html, "html.parser")

    @property
    def name(self) -> str:
        """The page's own name."""
        root = self._html.select_one("[data-connector-page]")
        return str(root["data-connector-page"]) if isinstance(root, Tag) else ""

    @property
    def failed(self) -> bool:
        """Whether there was no response, or a server error."""
        return self.status is None or self.status >= requests.codes.server_error

    def form(self, do: str) -> Form | None:
        """Return the form with the button of this value."""
        button = self._html.select_one(f'button[name="do"][value="{do}"]')
        return self._form(button) if button else None

    def refresh(self) -> Form | None:
        """Return the form of a page that refreshes itself."""
        form = self._html.select_one("form[data-connector-poll]")
        return self._form(form.find("button")) if isinstance(form, Tag) else None

    def links_to(self, origin: str) -> bool:
        """Tell whether the page has a link to this origin."""
        return any(str(link["href"]).startswith(origin) for link in self._html.select("a[href]"))

    def _form(self, button: object) -> Form | None:
        form = button.find_parent("form") if isinstance(button, Tag) else None
        if form is None or not isinstance(button, Tag):
            return None
        fields = {str(i["name"]): str(i.get("value", "")) for i in form.find_all("input") if i.get("name")}
        if button.get("name"):
            fields[str(button["name"])] = str(button.get("value", ""))
        return Form(str(form.get("method", "get")).upper(), urljoin(self._url, str(form["action"])), fields)


# Each concurrent request needs a process of the local AWS. There can be more customers than processes, because
# customers pause between requests.
REQUEST_SLOTS = threading.BoundedSemaphore(8)


class Browser:
    """Opens pages and sends forms. A broken connection gives an empty page."""

    def __init__(self) -> None:
        self._session = session()

    def open(self, url: str) -> Page:
        """Open a URL without following redirects."""
        return self._send("GET", url)

    def send(self, form: Form) -> Page:
        """Send a form."""
        return self._send(form.method, form.action, params=form.query, data=form.body)

    def _send(self, method: str, url: str, **sent: dict[str, str] | None) -> Page:
        try:
            with REQUEST_SLOTS:
                return Page(
                    self._session.request(
                        method,
                        url,
                        headers=NAVIGATION,
                        timeout=TIMEOUT_SECONDS,
                        allow_redirects=False,
                        params=sent.get("params"),
                        data=sent.get("data"),
                    )
                )
        except requests.RequestException:
            return Page(None)
