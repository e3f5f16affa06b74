"""/completion with the consent authenticator, whole: the deployed functions between moto's AWS and a simulated Sage."""

import time
from collections import Counter
from dataclasses import replace
from io import StringIO
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup

from connector.notification.accept import notify
from local.stack.control import Control
from tests import sample
from tests.deployment import BASE_URL, Answer, Deployment


class Customer:
    """Presses the buttons of the pages that the functions answer with."""

    def __init__(self, stack: Deployment, control: Control, account: int = 0) -> None:
        self._stack = stack
        account_id = control.get("/accounts")["accounts"][account]["bankAccountId"]
        control.put(f"/accounts/{account_id}/status", {"status": "authRequired"})
        self.started = control.post("/start", {"bankAccountId": account_id})
        # The simulated notification has no port to come to: these functions are in this process.
        stack.store.apply(
            notify(self.started["authorisation_id"], self.started["bankId"], session_minutes=20, now=time.time())
        )
        self.page = stack.request("authrefresh", "GET", "/authrefresh", query=_query(self.started["authrefresh_url"]))

    def press(self, label: str, page: Answer | None = None) -> Answer:
        """Press a button of the page that is open, or of an earlier one, as after Back."""
        self.page = self._stack.request(
            "completion", "POST", "/completion", body=urlencode(_form((page or self.page).body, label))
        )
        return self.page

    @property
    def return_url(self) -> str:
        """Where the customer is redirected in the end."""
        return f"{self.started['redirect_uri']}&state={self.started['state']}"


def _query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _form(html: str, label: str) -> dict[str, str]:
    page = BeautifulSoup(html, "html.parser")
    button = next(button for button in page.find_all("button") if button.get_text(strip=True) == label)
    form = button.find_parent("form")
    assert form is not None
    assert form["action"] == f"{BASE_URL}/completion"
    fields = {str(field["name"]): str(field["value"]) for field in form.find_all("input", type="hidden")}
    return fields | {str(button["name"]): str(button["value"])}


@pytest.fixture
def customer(stack: Deployment, control: Control) -> Customer:
    """A customer with the first page open, of an account that Sage wants re-authorised."""
    return Customer(stack, control)


def at_sage(control: Control, customer: Customer) -> str:
    """Return the status of the customer's account, as the Sage product sees it."""
    accounts = control.get("/accounts")["accounts"]
    mine = (a["status"] for a in accounts if a["bankAccountId"] == customer.started["bankAccountId"])
    return str(next(mine))


def exchanges(control: Control, path: str) -> list[int]:
    """Return the status of each exchange whose path starts so, in order."""
    return [exchange["status"] for exchange in control.exchanges() if exchange["path"].startswith(path)]


def test_a_customer_who_confirms_is_reauthorised_at_sage_and_redirected(customer: Customer, control: Control) -> None:
    customer.press("Continue")

    answer = customer.press("Confirm")

    assert (answer.status, answer.headers["Location"]) == (303, customer.return_url)
    assert at_sage(control, customer) == "verifyingAuth"


def test_the_patch_comes_before_the_redirect(customer: Customer, control: Control, stack: Deployment) -> None:
    customer.press("Continue")
    customer.press("Confirm")

    assert [entry["event"] for entry in stack.items()[0]["history"]] == [
        "notified",
        "opened",
        "begun",
        "prompted",
        "claimed",
        "decided",
        "delivered",
    ]
    assert exchanges(control, "/v1/authorisations/") == [200]


def test_a_second_confirm_gets_the_same_answer_and_sends_no_second_patch(customer: Customer, control: Control) -> None:
    question = customer.press("Continue")

    first, second = customer.press("Confirm", question), customer.press("Confirm", question)

    assert (first.status, first.headers["Location"]) == (second.status, second.headers["Location"])
    assert exchanges(control, "/v1/authorisations/") == [200]


def test_going_back_after_the_end_shows_the_recorded_outcome(customer: Customer, control: Control) -> None:
    first = customer.page
    customer.press("Continue")
    customer.press("Confirm")

    again = customer.press("Continue", first)
    cancelled = customer.press("Cancel", first)

    assert again.headers["Location"] == cancelled.headers["Location"] == customer.return_url
    assert exchanges(control, "/v1/authorisations/") == [200]
    assert at_sage(control, customer) == "verifyingAuth"


@pytest.mark.parametrize("where", ["first", "question"])
def test_a_customer_who_cancels_is_redirected_and_no_patch_is_sent(
    customer: Customer, control: Control, stack: Deployment, where: str
) -> None:
    if where == "question":
        customer.press("Continue")

    answer = customer.press("Cancel")

    assert (answer.status, answer.headers["Location"]) == (303, customer.return_url)
    assert exchanges(control, "/v1/authorisations/") == []
    assert at_sage(control, customer) == "authRequired"
    assert stack.items()[0]["outcome"] == "cancelled"


def test_a_ticket_of_another_session_is_403_and_changes_nothing(stack: Deployment, control: Control) -> None:
    mine, other = Customer(stack, control), Customer(stack, control, account=1)
    form = _form(other.page.body, "Continue") | {"authorisation_id": mine.started["authorisation_id"]}
    before = stack.items()

    answer = stack.request("completion", "POST", "/completion", body=urlencode(form))

    assert answer.status == 403
    assert mine.started["state"] not in answer.body
    assert stack.items() == before


@pytest.mark.parametrize("field", ["authorisation_id", "ticket", "do"])
@pytest.mark.parametrize("value", ["", "nonsense\n", "x" * 100_000])
def test_a_form_that_is_not_ours_is_refused_with_a_page(
    customer: Customer, stack: Deployment, field: str, value: str
) -> None:
    before = stack.items()

    answer = stack.request(
        "completion", "POST", "/completion", body=urlencode(_form(customer.page.body, "Continue") | {field: value})
    )

    assert answer.status in {400, 403}
    assert "<h1" in answer.body
    assert stack.items() == before


def test_after_the_end_of_the_session_it_is_410_and_no_patch_is_sent(
    customer: Customer, control: Control, stack: Deployment
) -> None:
    question = customer.press("Continue")
    stack.table.update_item(
        Key={"authorisation_id": customer.started["authorisation_id"]},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": int(time.time())},
    )

    answer = customer.press("Confirm", question)

    assert answer.status == 410
    assert exchanges(control, "/v1/authorisations/") == []


def test_a_401_from_the_provider_api_leads_to_exactly_one_new_token_and_one_repeat(
    stack: Deployment, control: Control
) -> None:
    earlier = Customer(stack, control)
    earlier.press("Continue")
    earlier.press("Confirm")
    control.post("/sage-id/revocations", {})
    control.clear_exchanges()

    customer = Customer(stack, control, account=1)
    customer.press("Continue")
    answer = customer.press("Confirm")

    assert (answer.status, answer.headers["Location"]) == (303, customer.return_url)
    told = [(e["path"].split("/")[-2], e["status"]) for e in control.exchanges() if e["to"] != "connector"]
    assert told == [("v1", 401), ("oauth", 200), ("v1", 200), ("authorisations", 200)]


def test_the_token_is_shared_so_that_a_cold_function_needs_no_new_one(stack: Deployment, control: Control) -> None:
    for account in (0, 1):
        stack.cold()
        customer = Customer(stack, control, account=account)
        customer.press("Continue")
        customer.press("Confirm")

    assert exchanges(control, "/oauth/token") == [200]


def test_confirming_is_three_aws_calls_the_check_of_the_account_and_the_patch_with_a_warm_token(
    stack: Deployment, control: Control
) -> None:
    earlier = Customer(stack, control)
    earlier.press("Continue")
    earlier.press("Confirm")
    customer = Customer(stack, control, account=1)
    question = customer.press("Continue")
    stack.calls.clear()
    control.clear_exchanges()

    customer.press("Confirm", question)

    assert stack.calls == Counter({"UpdateItem": 3})
    assert [exchange["method"] for exchange in control.exchanges()] == ["POST", "PATCH"]


def test_continuing_is_two_aws_calls(customer: Customer, stack: Deployment) -> None:
    stack.function("completion")
    stack.calls.clear()

    customer.press("Continue")

    assert stack.calls == Counter({"UpdateItem": 2})


def test_only_the_browser_stores_the_page_that_answers_a_form_and_nothing_stores_a_redirect(customer: Customer) -> None:
    assert customer.page.headers["Cache-Control"] == "no-store"
    assert customer.press("Continue").headers["Cache-Control"] == "private, no-cache"
    assert customer.press("Confirm").headers["Cache-Control"] == "no-store"


def test_a_page_of_ours_cannot_be_framed_or_posted_elsewhere(customer: Customer) -> None:
    policy = customer.press("Continue").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors http://127.0.0.1:" in policy
    assert "form-action 'self' https: http:;" in policy
    assert "base-uri 'none'" in policy


def test_nothing_of_the_customer_is_ever_logged(customer: Customer, log: StringIO) -> None:
    question = customer.press("Continue")
    ticket = _form(question.body, "Confirm")["ticket"]
    customer.press("Confirm", question)
    customer.press("Confirm", replace(question, body=question.body.replace(ticket, sample.TICKET)))

    logged = log.getvalue()
    assert "completion refused" in logged
    for secret in (ticket, customer.started["state"], customer.started["externalId"], sample.TICKET):
        assert secret not in logged


def test_a_view_key_of_another_session_is_403_and_shows_nothing(customer: Customer, stack: Deployment) -> None:
    query = {"authorisation_id": customer.started["authorisation_id"], "view": "0" * 64}

    answer = stack.request("completion", "GET", "/completion", query=query)

    assert answer.status == 403
    assert customer.started["state"] not in answer.body
