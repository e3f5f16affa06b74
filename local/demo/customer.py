"""A customer's browser that follows links and submits forms over HTTP."""

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

from local.machine.errors import LocalError
from simulator.loopback import session

TIMEOUT_SECONDS = 60
REDIRECTS = 10

# The headers of a browser that navigates.
NAVIGATION = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.9",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
}


class Customer:
    """A browser with one page."""

    def __init__(self) -> None:
        self._session = session()
        self.url = ""
        self.page = BeautifulSoup("", "html5lib")

    def open(self, url: str) -> None:
        """Open a page, and follow its redirects."""
        self._go("GET", url)

    def press(self, label: str, answers: Mapping[str, str] | None = None, choose: Sequence[str] = ()) -> None:
        """Press the button with this label. `answers` and `choose` name the fields of its form by their labels.

        Raises LocalError if the page has no such button or field.
        """
        button = self._labelled("button", label)
        form = button.find_parent("form")
        if form is None:
            raise LocalError(f"The button {label!r} of {self._where()} is in no form.")
        fields = _values(form) | {
            str(self._field(field, form)["name"]): answer for field, answer in (answers or {}).items()
        }
        fields |= self._choices(choose, form)
        if button.get("name"):
            fields[str(button["name"])] = str(button.get("value", ""))
        self._go(str(form.get("method", "get")).upper(), urljoin(self.url, str(form.get("action", ""))), fields)

    def follow(self, label: str) -> None:
        """Follow the link with this text. Raises LocalError if the page has no such link."""
        self.open(urljoin(self.url, str(self._labelled("a", label)["href"])))

    @property
    def text(self) -> str:
        """The text of the page in one line."""
        return " ".join(self.page.get_text(" ").split())

    def _labelled(self, kind: str, label: str) -> Tag:
        for found in self.page.find_all(kind):
            if " ".join(found.get_text().split()) == label:
                return found
        raise LocalError(f"There is no {kind} {label!r} on {self._where()}")

    def _field(self, label: str, form: Tag) -> Tag:
        labelled = self._labelled("label", label)
        # A label names its field in `for`, or contains the field.
        field = form.find(id=str(labelled["for"])) if labelled.has_attr("for") else labelled.find("input")
        if field is None:
            raise LocalError(f"The label {label!r} has no field in its form, on {self._where()}")
        return field

    def _choices(self, labels: Sequence[str], form: Tag) -> dict[str, str]:
        chosen = [self._field(label, form) for label in labels]
        return {str(field["name"]): str(field.get("value", "on")) for field in chosen}

    def _where(self) -> str:
        return f"{self.url.partition('?')[0]}, with the text: {self.text[:200]}"

    def _go(self, method: str, url: str, fields: Mapping[str, str] | None = None) -> None:
        for _ in range(REDIRECTS):
            answer = self._send(method, url, fields)
            if not answer.is_redirect:
                self.url = url
                self.page = BeautifulSoup(answer.content, "html5lib")
                return
            method, url, fields = "GET", urljoin(url, answer.headers["Location"]), None
        raise LocalError(f"{url.partition('?')[0]} redirects more than {REDIRECTS} times.")

    def _send(self, method: str, url: str, fields: Mapping[str, str] | None) -> requests.Response:
        query, form = (fields, None) if method == "GET" else (None, fields)
        return self._session.request(
            method, url, params=query, data=form, headers=NAVIGATION, allow_redirects=False, timeout=TIMEOUT_SECONDS
        )


def _values(form: Tag) -> dict[str, str]:
    """Return the initial values of a form."""
    values = {
        str(field["name"]): str(field.get("value", ""))
        for field in form.find_all("input")
        if field.get("name") and (field.get("type") not in {"radio", "checkbox"} or field.has_attr("checked"))
    }
    for choice in form.find_all("select"):
        chosen = choice.find("option", selected=True) or choice.find("option")
        values[str(choice["name"])] = str(chosen["value"]) if chosen else ""
    return values
