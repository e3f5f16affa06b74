"""The example of a provider's own authenticator: built as a layer, deployed by the template's parameters, used."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.demo.customer import Customer
from local.machine.workspace import CHECKOUT, Workspace
from local.stack.bring_up import RunningStack, parameters_for
from local.stack.deployment import deploy
from tests.fakes.messages import Messages, message_service

KEY = "the key of the message service"
SENDER = "Example Bank"
EXAMPLE = CHECKOUT / "examples" / "own-authenticator"


@pytest.fixture(scope="module")
def layer(another_stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Build the layer with its own Makefile and publish it; give its ARN."""
    built = tmp_path_factory.mktemp("layer")
    subprocess.run(  # noqa: S603 - a command of our own
        [
            shutil.which("make") or "make",
            "--silent",
            "--directory",
            EXAMPLE,
            "build-AuthenticatorLayer",
            f"ARTIFACTS_DIR={built / 'content'}",
        ],
        check=True,
    )
    archive = shutil.make_archive(str(built / "layer"), "zip", built / "content")
    published = another_stack.aws.functions.publish_layer_version(
        LayerName="own-authenticator",
        Content={"ZipFile": Path(archive).read_bytes()},
        CompatibleRuntimes=["python3.13"],
    )
    return published["LayerVersionArn"]


@pytest.fixture(scope="module")
def messages(another_stack: RunningStack, another_workspace: Workspace, layer: str) -> Iterator[Messages]:
    """The provider's message service, with the other stack deployed again to use it."""
    before = parameters_for(another_stack.simulator, another_stack.api_url)
    another_stack.aws.secrets.put_secret_value(
        SecretId=another_stack.outputs["AuthenticatorSecretArn"], SecretString=json.dumps({"message_service_key": KEY})
    )
    with message_service(KEY) as service:
        chosen = {
            "Authenticator": "one_time_code:OneTimeCode",
            "AuthenticatorUrl": service.url,
            "AuthenticatorLayerArn": layer,
            "AuthenticatorSettings": json.dumps({"sender": SENDER}),
        }
        deploy(another_workspace, another_stack.aws, before | chosen)
        yield service


@pytest.fixture
def customer(another_stack: RunningStack) -> Customer:
    account = another_stack.control.get("/accounts")["accounts"][0]
    another_stack.control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})
    started = another_stack.control.post("/start", {"bankAccountId": account["bankAccountId"]})
    customer = Customer()
    customer.open(started["authrefresh_url"])
    return customer


def test_the_code_that_was_sent_brings_the_customer_home(
    another_stack: RunningStack, messages: Messages, customer: Customer
) -> None:
    customer.press("Continue")
    assert "We have sent a code to •••• 89." in customer.text

    code, account = list(messages.sent.values())[-1]
    customer.press("Continue", {"One-time code": f"{code[:3]} {code[3:]}"})

    assert account == "acc-10001"
    assert customer.url.startswith(f"{another_stack.simulator.product.origin}/landing")
    assert messages.refused == 0
    assert messages.senders == {SENDER}


def test_after_another_code_the_customer_may_enter_the_code_again(
    another_stack: RunningStack, messages: Messages, customer: Customer
) -> None:
    customer.press("Continue")

    customer.press("Continue", {"One-time code": "999999"})

    assert "That is not the code." in customer.text
    customer.press("Continue", {"One-time code": list(messages.sent.values())[-1][0]})
    assert customer.url.startswith(f"{another_stack.simulator.product.origin}/landing")
