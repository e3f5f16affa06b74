"""The four kinds of journeys of the soak on one stack: `consent`, `steps`, `oidc`, and an own authenticator."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from local.machine.workspace import CHECKOUT, Workspace
from local.stack.bring_up import RunningStack, parameters_for
from local.stack.deployment import deploy
from tests.fakes.messages import Messages, message_service

PACKAGES = (Path(__file__).parent / "layer", CHECKOUT / "examples" / "own-authenticator")
API_KEY = "the key of the message service"


class Kind(StrEnum):
    """The kind of an account's authenticator."""

    CONSENT = "consent"
    STEPS = "steps"
    OIDC = "oidc"
    OWN = "own"


@contextmanager
def all_kinds(running: RunningStack, workspace: Workspace) -> Iterator[Messages]:
    """Deploy the stack again, with the kind of each account as its authenticator; serve the one-time codes.

    At the end the stack gets its former authenticator back.
    """
    bank = running.simulator.bank
    _add_secret(running, {"message_service_key": API_KEY})
    with message_service(API_KEY) as messages:
        kinds = {
            Kind.CONSENT: ("consent", ""),
            Kind.STEPS: ("steps", bank.url),
            Kind.OIDC: ("oidc", bank.issuer),
            Kind.OWN: ("one_time_code:OneTimeCode", messages.url),
        }
        chosen = {
            "Authenticator": "by_account:ByAccount",
            "AuthenticatorLayerArn": _publish(running),
            "AuthenticatorSettings": json.dumps({"kinds": kinds, "sender": "Example Bank"}),
        }
        before = parameters_for(running.simulator, running.api_url)
        deploy(workspace, running.aws, before | chosen)
        try:
            yield messages
        finally:
            # Other tests use the same stack. A parameter that is left out would keep its value.
            deploy(workspace, running.aws, before | {"AuthenticatorLayerArn": "", "AuthenticatorSettings": ""})


def _add_secret(running: RunningStack, values: dict[str, str]) -> None:
    arn = running.outputs["AuthenticatorSecretArn"]
    known = json.loads(running.aws.secrets.get_secret_value(SecretId=arn)["SecretString"])
    running.aws.secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(known | values))


def _publish(running: RunningStack) -> str:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as layer:
        for folder in PACKAGES:
            for source in folder.glob("*/*.py"):
                layer.write(source, Path("python") / source.relative_to(folder))
    published = running.aws.functions.publish_layer_version(
        LayerName="soak-authenticators", Content={"ZipFile": content.getvalue()}, CompatibleRuntimes=["python3.13"]
    )
    return published["LayerVersionArn"]
