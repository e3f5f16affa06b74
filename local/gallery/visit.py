"""A customer's visit to the deployed stack, in a real browser."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Page, Route

from local.stack.bring_up import RunningStack
from local.stack.deployment import STACK_NAME
from simulator.bank.customers import PASSWORD
from simulator.loopback import session

TIMEOUT_SECONDS = 30
KEPT_HEADERS = {"content-type", "content-language", "content-security-policy"}
HEAD_START_MILLISECONDS = 1000
_FUNCTIONS = {"authrefresh": "AuthrefreshFunction", "completion": "CompletionFunction"}


class Visit:
    """Brings the stack into the state of each page."""

    def __init__(self, running: RunningStack, context: BrowserContext) -> None:
        self.running = running
        self.page: Page = context.new_page()
        self.started: dict[str, Any] = {}

    def begin(self) -> None:
        """Start a re-authorisation."""
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
        """Press the button with this value."""
        self.page.locator(f"button[value={do}]").click()

    def sign_in(self, user_name: str, password: str = PASSWORD) -> None:
        """Open the page, continue, and sign in."""
        self.open()
        self.press("continue")
        self.type({"user": user_name, "password": password})

    def sign_in_at_bank(self, user_name: str, password: str = PASSWORD) -> None:
        """Sign in on the bank's own page."""
        self.page.get_by_label("User name").fill(user_name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def refresh(self) -> None:
        """Submit the form of the page in this window, as a page that polls does."""
        self.page.locator("main form").evaluate(
            "form => { form.removeAttribute('target');"
            "form.querySelectorAll('button').forEach(button => button.remove());"
            "form.append(Object.assign(document.createElement('input'), { name: 'do', value: 'refresh' }));"
            "form.submit() }"
        )

    def type(self, answers: Mapping[str, str]) -> None:
        """Fill in the fields, and submit them."""
        for name, answer in answers.items():
            self.page.locator(f"[name='answer.{name}']").fill(answer)
        self.press("answer")

    def choose(self, name: str, value: str) -> None:
        """Choose an option, and submit it."""
        self.page.locator(f"[name='answer.{name}'][value={value}]").check()
        self.press("answer")

    def refuse_on_phone(self, user_name: str) -> None:
        """Refuse the last request in the bank's app."""
        phone = f"{self.running.simulator.bank.url}/phones/{user_name}"
        with session() as client:
            waiting = client.get(f"{phone}/messages", timeout=TIMEOUT_SECONDS).json()["requests"][-1]["id"]
            client.post(f"{phone}/requests/{waiting}", {"do": "refuse"}, timeout=TIMEOUT_SECONDS).raise_for_status()

    def refresh_from_another_tab(self) -> Page:
        """Submit the form, and refresh from another tab during the submission; return the other tab."""
        with self.page.expect_popup() as other:
            # One script does both, because Playwright cannot reach a page that is being replaced.
            self.page.locator("main form").evaluate(
                "form => { const again = form.cloneNode(true); again.target = '_blank';"
                "again.querySelectorAll('button').forEach(button => button.remove());"
                "again.append(Object.assign(document.createElement('input'), { name: 'do', value: 'refresh' }));"
                "document.body.append(again); form.querySelector('button').click();"
                f"setTimeout(() => again.submit(), {HEAD_START_MILLISECONDS}) }}"
            )
        other.value.wait_for_load_state()
        return other.value

    def show_redirect_body(self) -> None:
        """Show the body of a redirect, as in a browser that does not follow redirects."""

        def fulfil_without_redirect(route: Route) -> None:
            # Playwright's own client may not resolve `*.localhost`.
            request = route.request
            with session() as client:
                answer = client.post(
                    request.url,
                    request.post_data_buffer,
                    headers=request.headers,
                    allow_redirects=False,
                    timeout=TIMEOUT_SECONDS,
                )
            headers = {name: value for name, value in answer.headers.items() if name.lower() in KEPT_HEADERS}
            route.fulfill(status=200, headers=headers, body=answer.content)

        self.page.route("**/completion", fulfil_without_redirect)

    def leave_seconds(self, seconds: int) -> None:
        """Move the end of the session, so that so many seconds remain."""
        self.running.aws.dynamodb.update_item(
            TableName=self.running.outputs["AuthorisationsTable"],
            Key={"authorisation_id": {"S": str(self.started["authorisation_id"])}},
            UpdateExpression="SET expires_at = expires_at - :less",
            ExpressionAttributeValues={":less": {"N": str(20 * 60 - seconds)}},
        )

    def unknown_url(self) -> str:
        """Return a URL with an authorisation that was never notified."""
        self.begin()
        return str(self.started["authrefresh_url"]).replace(str(self.started["authorisation_id"]), str(uuid4()))

    def fail_to_deliver(self, status: int) -> None:
        """Make Banking Service refuse results for 60 seconds."""
        plan = {"party": "provider_api", "endpoint": "PATCH *", "faults": [{"kind": "status", "status": status}]}
        self.running.control.post("/faults", plan | {"probability": 1, "for_seconds": 60})

    def break_down(self, function: str) -> None:
        """Give a function the name of a missing table."""
        functions = self.running.aws.functions
        name = self.running.aws.cloudformation.describe_stack_resource(
            StackName=STACK_NAME, LogicalResourceId=_FUNCTIONS[function]
        )["StackResourceDetail"]["PhysicalResourceId"]
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        changed = variables | {"AUTHORISATIONS_TABLE": "missing"}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": changed})

    def end(self) -> None:
        """Close the page, and remove all faults."""
        self.running.control.delete("/faults")
        self.page.close()
