"""No credential, code or token is ever in a log, the table, a URL or a page.

Markers are planted wherever a secret is typed, sent or kept; then everything that was written is searched, after
journeys that go well and journeys that fail in every way.
"""

import json
import re
from collections.abc import Iterator
from io import StringIO
from urllib.parse import parse_qsl, quote_plus, urlsplit

import pytest

from local.stack.control import Control
from local.stack.simulator_state import Simulator
from simulator.bank.customers import PASSWORD
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person

WRONG_PASSWORD = "marker-wrong-password"
WRONG_CODE = "31415926"
FAULTS = [
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 500},
    {"kind": "malformed"},
    {"kind": "truncated"},
    {"kind": "drop_after"},
]
JWT = re.compile(r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]*")


@pytest.fixture(params=["steps", "oidc"])
def stack(sage: Simulator, control: Control, request: pytest.FixtureRequest) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400, "bank_slow_seconds": 1.5})
    url = sage.bank.url if request.param == "steps" else sage.bank.issuer
    chosen = {"Authenticator": request.param, "AuthenticatorUrl": url, "AuthenticatorTimeoutSeconds": "1"}
    with deployment(sage, PublicUrl=BASE_URL, **chosen) as deployed:
        yield deployed


class Written:
    """Everything that was written, by where; and every secret that there was."""

    def __init__(self, stack: Deployment, sage: Simulator, control: Control) -> None:
        self._stack, self._control = stack, control
        self.secrets = {PASSWORD, WRONG_PASSWORD, WRONG_CODE} | {
            value for name, value in sage.credentials.items() if name not in {"client_id", "oidc_client_id"}
        }
        self.tickets: set[str] = set()
        self.callbacks: set[str] = set()
        self.pages = ""
        self.urls: list[str] = []

    def take(self, person: Person) -> None:
        """Take in all that a customer was sent."""
        for page in person.pages:
            self.pages += page.body
            self.urls.append(page.headers.get("Location", ""))
            self.tickets |= set(re.findall(r'name="ticket" value="([^"]+)"', page.body))

    def take_callback(self, url: str) -> str:
        """Take in what the bank's redirect brings, which only that URL may hold."""
        parameters = dict(parse_qsl(urlsplit(url).query))
        self.callbacks |= {parameters["state"].rpartition(".")[2]}
        self.secrets |= {parameters["code"]} if "code" in parameters else set()
        return url

    def tables(self) -> str:
        """Return every item of every table."""
        return json.dumps(self._stack.items(), default=str)

    def heard_by_the_bank(self) -> str:
        """Return what the parties of the simulator recorded, in which secrets are masked by the simulator itself."""
        return json.dumps([exchange["path"] + exchange["query"] for exchange in self._control.exchanges()])


def by_steps(written: Written, stack: Deployment, sage: Simulator, control: Control) -> None:
    for name, factor in (("anna", ""), ("ben", "code"), ("ben", "app"), ("chloe", "app"), ("david", ""), ("eve", ""),
                         ("finn", ""), ("gina", "")):  # fmt: skip
        person = Person(stack, sage, name)
        person.press("continue")
        person.sign_in(WRONG_PASSWORD)
        for fault in FAULTS:
            control.post("/faults", {"party": "bank", "endpoint": "POST *", "faults": [fault]})
            person.sign_in()
            person.press("refresh")
        person.sign_in()
        if person.offers("refresh"):
            person.press("refresh")
        if person.prompted_fields() == ["user", "password"]:
            person.sign_in()
        if person.prompted_fields() == ["factor"]:
            person.press("answer", factor=factor)
        if person.prompted_fields() == ["code"]:
            written.secrets.add(person.code())
            person.press("answer", code=WRONG_CODE)
            person.press("answer", code=person.code())
        written.take(person)


def by_oidc(written: Written, stack: Deployment, sage: Simulator, control: Control) -> None:
    spoilt: tuple[dict[str, object], ...] = (
        {},
        {"claims": {"nonce": "x"}},
        {"forgery": "HS256"},
        {"claims": {"aud": "x"}},
    )
    for name, wrong in zip(("anna", "eve", "finn", "gina"), spoilt, strict=True):
        person = Person(stack, sage, name)
        person.press("continue")
        for fault in FAULTS:
            control.post("/faults", {"party": "bank", "endpoint": "POST */token", "faults": [fault]})
            person.come_back(written.take_callback(person.sign_in_at_the_bank()))
            if not person.offers("continue"):
                break
            person.press("continue")
        else:
            control.put("/bank/id-tokens", wrong)
            person.come_back(written.take_callback(person.sign_in_at_the_bank()))
            control.put("/bank/id-tokens", {})
        written.take(person)


def test_no_secret_is_ever_in_a_log_the_table_a_url_or_a_page(
    stack: Deployment, sage: Simulator, control: Control, log: StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    written = Written(stack, sage, control)

    (by_steps if stack.environment["AUTHENTICATOR"] == "steps" else by_oidc)(written, stack, sage, control)

    out, err = capfd.readouterr()
    logged = log.getvalue() + out + err
    tables, urls = written.tables(), " ".join(written.urls) + written.heard_by_the_bank()
    assert "the authenticator is unavailable" in logged
    assert len(written.tickets) >= 4
    for where, text in {"log": logged, "table": tables, "URL": urls, "page": written.pages}.items():
        found = {secret for secret in written.secrets if secret in text or quote_plus(secret) in text}
        assert not found, where
        assert not JWT.search(text), where
    for ticket in written.tickets:
        assert ticket not in logged + tables + urls
    for key in written.callbacks:
        assert key not in logged + tables
