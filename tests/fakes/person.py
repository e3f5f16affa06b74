"""A customer of the simulated bank, before the functions in this process: presses, types, goes to the bank and back."""

import time
from urllib.parse import parse_qs, urlsplit
from urllib.parse import urlencode as encoded

from bs4 import BeautifulSoup, Tag

from connector.notification.accept import notify
from connector.session.authorisation import Authorisation
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from simulator.bank.customers import PASSWORD
from simulator.loopback import session
from tests.deployment import BASE_URL, Answer, Deployment

CALLBACK = f"{BASE_URL}/completion/callback"


class Person:
    """Has one page open. `name` is their user name at the bank."""

    def __init__(self, stack: Deployment, sage: Simulator, name: str, account: int = 0) -> None:
        self._stack = stack
        self._control = Control(sage.control.url)
        self._bank = sage.bank.url
        self._http = session()
        self.name = name
        account_id = self._control.get("/accounts")["accounts"][account]["bankAccountId"]
        self._control.put(f"/accounts/{account_id}/status", {"status": "authRequired"})
        self.started = self._control.post("/start", {"bankAccountId": account_id})
        stack.store.apply(
            notify(self.started["authorisation_id"], self.started["bankId"], session_minutes=20, now=time.time())
        )
        self.query = _query(self.started["authrefresh_url"])
        self.page = stack.request("authrefresh", "GET", "/authrefresh", query=self.query)
        self.pages = [self.page]
        self.cookies: dict[str, str] = {}
        """By name. The browser sends them with every request to the connector."""
        self.headers: dict[str, str] = {}
        """More headers of the browser."""

    @property
    def session(self) -> Authorisation:
        """What the connector has stored."""
        found = self._stack.store.find(self.started["authorisation_id"])
        assert found is not None
        return found

    @property
    def status(self) -> str:
        """The account's status at Sage."""
        accounts = self._control.get("/accounts")["accounts"]
        mine = (found["status"] for found in accounts if found["bankAccountId"] == self.started["bankAccountId"])
        return str(next(mine))

    @property
    def patched(self) -> list[int]:
        """The status of each PATCH that Sage was sent."""
        path = f"/v1/authorisations/{self.started['authorisation_id']}"
        return [exchange["status"] for exchange in self._control.exchanges() if exchange["path"] == path]

    def press(self, do: str, *, on: Answer | None = None, **typed: str) -> Answer:
        """Press the button that does this, on the page that is open or, as after Back, an earlier one."""
        form = _form(on or self.page, do)
        fields = {str(field["name"]): str(field["value"]) for field in form.find_all("input", type="hidden")}
        fields |= {f"answer.{name}": value for name, value in typed.items()} | {"do": do}
        return self._opened(
            self._stack.request("completion", "POST", "/completion", headers=self._headers, body=encoded(fields))
        )

    def sign_in(self, password: str = PASSWORD) -> Answer:
        """Type user name and password on our own page."""
        return self.press("answer", user=self.name, password=password)

    def code(self) -> str:
        """Read the last code on the phone."""
        return str(self._http.get(f"{self._bank}/phones/{self.name}/messages", timeout=5).json()["code"])

    def on_the_phone(self, do: str) -> None:
        """Approve or refuse the last request in the bank's app."""
        url = f"{self._bank}/phones/{self.name}"
        request = self._http.get(f"{url}/messages", timeout=5).json()["requests"][-1]["id"]
        self._http.post(f"{url}/requests/{request}", {"do": do}, timeout=5).raise_for_status()

    def go_to_the_bank(self) -> str:
        """Press the button that leaves for the bank in the whole window; return the URL of its sign-in page."""
        away = self.press("continue")
        assert away.status == 303, away.body
        return away.headers["Location"]

    def sign_in_at_the_bank(self, do: str = "sign-in", password: str = PASSWORD) -> str:
        """Go there, sign in or cancel; return the URL that the bank sends the browser back to."""
        shown = BeautifulSoup(self._http.get(self.go_to_the_bank(), timeout=5).text, "html.parser")
        fields = {str(field["name"]): str(field.get("value", "")) for field in shown.find_all("input")}
        answer = self._http.post(
            f"{self._bank}/identity/authorize",
            fields | {"user": self.name, "password": password, "do": do},
            timeout=5,
            allow_redirects=False,
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def come_back(self, url: str) -> Answer:
        """Let the browser follow the bank's redirect."""
        assert url.startswith(f"{CALLBACK}?")
        return self._opened(
            self._stack.request("completion", "GET", "/completion/callback", headers=self._headers, query=_query(url))
        )

    def through_the_bank(self) -> Answer:
        """Sign in at the bank, come back, and confirm where the page asks for the confirmation."""
        self.press("continue")
        page = self.come_back(self.sign_in_at_the_bank())
        return self.press("answer") if self.offers("answer") else page

    def offers(self, do: str) -> bool:
        """Tell whether the page that is open has this button."""
        return _button(self.page, do) is not None

    def prompted_fields(self) -> list[str]:
        """Name the fields of the page that is open."""
        fields = BeautifulSoup(self.page.body, "html.parser").find_all("input")
        names = [str(field["name"]).removeprefix("answer.") for field in fields if "answer." in str(field.get("name"))]
        return list(dict.fromkeys(names))

    def is_home(self) -> bool:
        """Tell whether the last answer sends the browser back to where it came from."""
        home = f"{self.started['redirect_uri']}&state={self.started['state']}"
        return (self.page.status, self.page.headers.get("Location")) == (303, home)

    @property
    def _headers(self) -> dict[str, str]:
        return {**self.headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _opened(self, page: Answer) -> Answer:
        if "Set-Cookie" in page.headers:
            name, _, value = page.headers["Set-Cookie"].partition(";")[0].partition("=")
            self.cookies[name] = value
        self.page = page
        self.pages.append(page)
        return page


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _button(page: Answer, do: str) -> Tag | None:
    return BeautifulSoup(page.body, "html.parser").find("button", attrs={"name": "do", "value": do})


def _form(page: Answer, do: str) -> Tag:
    button = _button(page, do)
    assert button is not None, page.body
    form = button.find_parent("form")
    assert form is not None
    assert form["action"] == f"{BASE_URL}/completion"
    return form
