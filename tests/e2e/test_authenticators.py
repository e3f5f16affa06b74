"""Each test customer's journey by `steps` and by `oidc`, on the deployed stack, over HTTP, to the product's landing."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.demo.customer import Customer
from local.stack.bring_up import RunningStack, authenticator_for
from local.stack.deployment import STACK_NAME
from simulator.bank.customers import PASSWORD
from simulator.loopback import session
from tests.template import variables

VARIABLES = variables("completion")
SLOW_SECONDS = 3


@pytest.fixture(scope="module", params=["steps", "oidc"])
def authenticator(stack: RunningStack, request: pytest.FixtureRequest) -> Iterator[str]:
    """The completion function with another authenticator, as a deployment with other parameters leaves it."""
    found = stack.aws.cloudformation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="CompletionFunction"
    )
    function = found["StackResourceDetail"]["PhysicalResourceId"]
    before = stack.aws.functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    chosen = authenticator_for(stack.simulator, request.param) | {"AuthenticatorTimeoutSeconds": "2"}
    changed = {name: chosen[value["Ref"]] for name, value in VARIABLES.items() if _parameter(value) in chosen}
    stack.aws.functions.update_function_configuration(
        FunctionName=function, Environment={"Variables": before | changed}
    )
    stack.control.patch("/settings", {"bank_slow_seconds": SLOW_SECONDS})
    yield request.param
    stack.aws.functions.update_function_configuration(FunctionName=function, Environment={"Variables": before})


def _parameter(value: Any) -> str | None:  # noqa: ANN401 - whatever the template has there
    return value.get("Ref") if isinstance(value, dict) else None


class Person:
    """A test customer at the simulated product, with their phone."""

    def __init__(self, stack: RunningStack, authenticator: str, name: str) -> None:
        self.name, self._stack, self._by = name, stack, authenticator
        self.account = stack.control.get("/accounts")["accounts"][0]
        stack.control.put(f"/accounts/{self.account['bankAccountId']}/status", {"status": "authRequired"})
        self.started = stack.control.post("/start", {"bankAccountId": self.account["bankAccountId"]})
        self.at = Customer()
        self.at.open(self.started["authrefresh_url"])
        self.at.press("Continue")

    def sign_in(self) -> None:
        """Sign in where this authenticator has it: on our page, or on the bank's."""
        if self._by == "steps":
            self.at.press("Continue", {"User name": self.name, "Password": PASSWORD})
        else:
            self.at.press("Sign in", {"User name": self.name, "Password": PASSWORD})
            if "Confirm that you want to reconnect" in self.at.text:
                self.at.press("Confirm")

    def try_again(self) -> None:
        self.at.press("Try again")
        self.sign_in()

    def phone(self, path: str = "messages", **sent: str) -> Any:  # noqa: ANN401 - any JSON
        url = f"{self._stack.simulator.bank.url}/phones/{self.name}/{path}"
        with session() as http:
            return http.post(url, sent, timeout=10) if sent else http.get(url, timeout=10).json()

    @property
    def is_home(self) -> bool:
        return self.at.url.startswith(f"{self._stack.simulator.product.origin}/landing")

    @property
    def status(self) -> str:
        accounts = self._stack.control.get("/accounts")["accounts"]
        mine = (found for found in accounts if found["bankAccountId"] == self.account["bankAccountId"])
        return str(next(mine)["status"])

    @property
    def patches(self) -> list[int]:
        path = f"/v1/authorisations/{self.started['authorisation_id']}"
        return [found["status"] for found in self._stack.control.exchanges() if found["path"] == path]

    def is_done(self) -> bool:
        return self.is_home and self.patches == [200] and self.status in {"verifyingAuth", "active"}


def test_the_right_password_brings_the_customer_home_with_the_account_authorised(
    stack: RunningStack, authenticator: str
) -> None:
    anna = Person(stack, authenticator, "anna")
    anna.sign_in()
    assert anna.is_done()


def test_the_customer_enters_a_second_factor_where_the_backend_wants_one(
    stack: RunningStack, authenticator: str
) -> None:
    ben = Person(stack, authenticator, "ben")
    ben.sign_in()
    if authenticator == "steps":
        ben.at.press("Continue", choose=["A code by text message"])
        ben.at.press("Continue", {"One-time code": ben.phone()["code"]})
    assert ben.is_done()


def test_an_approval_on_the_phone_is_enough_where_the_backend_waits_for_one(
    stack: RunningStack, authenticator: str
) -> None:
    chloe = Person(stack, authenticator, "chloe")
    chloe.sign_in()
    if authenticator == "steps":
        chloe.at.press("Continue")
        assert not chloe.is_home
        chloe.phone(f"requests/{chloe.phone()['requests'][-1]['id']}", do="approve")
        chloe.at.press("Continue")
    assert chloe.is_done()


def test_the_holder_of_another_account_is_denied_and_no_patch_says_success(
    stack: RunningStack, authenticator: str
) -> None:
    eve = Person(stack, authenticator, "eve")
    eve.sign_in()
    assert not eve.is_home
    assert eve.patches == []
    assert eve.status == "authRequired"


def test_a_slow_bank_is_tried_again(stack: RunningStack, authenticator: str) -> None:
    finn = Person(stack, authenticator, "finn")
    finn.sign_in()
    assert not finn.is_home
    finn.try_again()
    assert finn.is_done()
