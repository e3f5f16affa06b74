"""One customer's visit to the deployed stack, in a real browser."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Page, Route

from local.stack.bring_up import RunningStack
from local.stack.deployment import STACK_NAME
from simulator.bank.customers import PASSWORD
from simulator.loopback import session

SECONDS = 30
SHOWN_BY = {"content-type", "content-language", "content-security-policy"}
HEAD_START_MILLISECONDS = 1000
_FUNCTIONS = {"authrefresh": "AuthrefreshFunction", "completion": "CompletionFunction"}


class Visit:
    """Brings the stack into the states that there are pages for."""

    def __init__(self, running: RunningStack, context: BrowserContext) -> None:
        self.running = running
        self.page: Page = context.new_page()
        self.started: dict[str, Any] = {}

    def begin(self) -> None:
        """Have the product start a re-authorisation."""
        account = self.running.control.get("/accounts")["accounts"][0]["bankAccountId"]
        self.running.control.put(f"/accounts/{account}/status", {"status": "authRequired"})
        self.started = self.running.control.post("/start", {"bankAccountId": account})

    def open(self) -> None:
        """Open the first page, as a browser in a frame does."""
        self.begin()
        self.page.goto(str(self.started["authrefresh_url"]))

    def open_in_product(self, display: str) -> None:
        """Open the first page where the product shows it."""
        self.begin()
        _, _, query = str(self.started["authrefresh_url"]).partition("?")
        self.page.goto(f"{self.running.simulator.product.url}/dialogue?{query}&display={display}")

    def press(self, do: str) -> None:
        """Press the button that does this."""
        self.page.locator(f"button[value={do}]").click()

    def sign_in(self, user_name: str, password: str = PASSWORD) -> None:
        """Go on to where one signs in, and do."""
        self.open()
        self.press("continue")
        self.type({"user": user_name, "password": password})

    def type(self, answers: Mapping[str, str]) -> None:
        """Answer, and go on."""
        for name, answer in answers.items():
            self.page.locator(f"[name='answer.{name}']").fill(answer)
        self.press("answer")

    def choose(self, name: str, value: str) -> None:
        """Choose, and go on."""
        self.page.locator(f"[name='answer.{name}'][value={value}]").check()
        self.press("answer")

    def refuse_on_phone(self, user_name: str) -> None:
        """Refuse in the bank's app what waits there."""
        phone = f"{self.running.simulator.bank.url}/phones/{user_name}"
        with session() as client:
            waiting = client.get(f"{phone}/messages", timeout=SECONDS).json()["requests"][-1]["id"]
            client.post(f"{phone}/requests/{waiting}", {"do": "refuse"}, timeout=SECONDS).raise_for_status()

    def look_from_another_tab(self) -> Page:
        """Send what was typed, and look from another tab while that is on its way; return the other tab."""
        with self.page.expect_popup() as other:
            # In one go: from outside, a page that is about to be replaced cannot be reached.
            self.page.locator("main form").evaluate(
                "form => { const again = form.cloneNode(true); again.target = '_blank';"
                "again.querySelectorAll('button').forEach(button => button.remove());"
                "again.append(Object.assign(document.createElement('input'), { name: 'do', value: 'refresh' }));"
                "document.body.append(again); form.querySelector('button').click();"
                f"setTimeout(() => again.submit(), {HEAD_START_MILLISECONDS}) }}"
            )
        other.value.wait_for_load_state()
        return other.value

    def stay(self) -> None:
        """Show what a redirect's own body says, as a browser would that does not follow."""

        def unredirected(route: Route) -> None:
            # Playwright's own fetch may not find `*.localhost`.
            asked = route.request
            with session() as client:
                answer = client.post(
                    asked.url,
                    asked.post_data_buffer,
                    headers=asked.headers,
                    allow_redirects=False,
                    timeout=SECONDS,
                )
            headers = {name: value for name, value in answer.headers.items() if name.lower() in SHOWN_BY}
            route.fulfill(status=200, headers=headers, body=answer.content)

        self.page.route("**/completion", unredirected)

    def leave_seconds(self, seconds: int) -> None:
        """Put the clock forward, by bringing the session's end nearer."""
        self.running.aws.dynamodb.update_item(
            TableName=self.running.outputs["AuthorisationsTable"],
            Key={"authorisation_id": {"S": str(self.started["authorisation_id"])}},
            UpdateExpression="SET expires_at = expires_at - :less",
            ExpressionAttributeValues={":less": {"N": str(20 * 60 - seconds)}},
        )

    def stranger(self) -> str:
        """Return an address with an authorisation that nobody was told of."""
        self.begin()
        return str(self.started["authrefresh_url"]).replace(str(self.started["authorisation_id"]), str(uuid4()))

    def fail_to_deliver(self, status: int) -> None:
        """Have Banking Service refuse results for a while."""
        plan = {"party": "provider_api", "endpoint": "PATCH *", "faults": [{"kind": "status", "status": status}]}
        self.running.control.post("/faults", plan | {"probability": 1, "for_seconds": 60})

    def break_down(self, function: str) -> None:
        """Take a function's table away, for good."""
        functions = self.running.aws.functions
        name = self.running.aws.cloudformation.describe_stack_resource(
            StackName=STACK_NAME, LogicalResourceId=_FUNCTIONS[function]
        )["StackResourceDetail"]["PhysicalResourceId"]
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        changed = variables | {"AUTHORISATIONS_TABLE": "missing"}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": changed})

    def end(self) -> None:
        """Close the page, and let everything go well again."""
        self.running.control.delete("/faults")
        self.page.close()
