"""Start the local AWS and the simulator, and deploy the connector between them."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.machine.workspace import Workspace
from local.stack import deployment
from local.stack.aws import Aws
from local.stack.control import Control
from local.stack.emulator import emulator
from local.stack.simulator import simulator
from local.stack.simulator_state import Simulator


@dataclass(frozen=True)
class RunningStack:
    """A running stack, its local AWS and its simulator."""

    outputs: dict[str, str]
    aws: Aws
    simulator: Simulator
    control: Control

    @property
    def api_url(self) -> str:
        """The connector's base URL on this machine."""
        return self.outputs["ApiUrl"]

    def described(self) -> dict[str, Any]:
        """Return the content of `stack.json`: every URL and output."""
        return self.outputs | {
            "AwsEndpointUrl": self.aws.endpoint,
            "Region": self.aws.region,
            "StackName": deployment.STACK_NAME,
            "simulator": self.simulator.model_dump(),
        }


@contextlib.contextmanager
def bring_up(
    workspace: Workspace, port: int, *, functions_endpoint: str | None = None, **parameters: str
) -> Iterator[RunningStack]:
    """Start everything and deploy the build of this workspace. Stop everything when the context ends.

    `functions_endpoint` is the URL at which the functions reach AWS; None: directly. `parameters` are template
    parameters. They replace the defaults of `parameters_for`. Raises LocalError.
    """
    with (
        simulator(workspace) as sage,
        emulator(workspace, port, deployment.REGION, functions_endpoint) as endpoint,
    ):
        aws = Aws(endpoint, deployment.REGION)
        # Browsers reach the connector through the simulator, which records their requests.
        defaults = parameters_for(sage, f"{sage.connector.url}/{deployment.STAGE}")
        if "Authenticator" in parameters:
            defaults |= authenticator_for(sage, parameters["Authenticator"])
        outputs = deployment.deploy(workspace, aws, defaults | parameters)
        deployment.fill_secrets(aws, outputs, sage.credentials)
        control = Control(sage.control.url)
        control.register_connector(deployment.api_url(port), recorded=True)
        running = RunningStack(outputs, aws, sage, control)
        _write_for_owner_only(workspace.stack_json, json.dumps(running.described(), indent=2) + "\n")
        try:
            yield running
        finally:
            workspace.stack_json.unlink(missing_ok=True)


def _write_for_owner_only(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)


def parameters_for(sage: Simulator, public_url: str) -> dict[str, str]:
    """Return the default template parameters for this simulator."""
    return {
        "ProviderApiUrl": sage.provider_api.url,
        "ProviderApiAudience": sage.provider_api.audience,
        "SageIdTokenUrl": sage.sage_id.token_url,
        "SageIdIssuer": sage.sage_id.issuer,
        "SageIdJwksUrl": sage.sage_id.jwks_url,
        "NotificationAudience": sage.notification.audience,
        "NotificationHeaderName": sage.notification.header_name,
        "RedirectOrigins": sage.product.origin,
        "FrameAncestors": sage.product.origin,
        # The simulator processes a statement in one second.
        "FollowUpSeconds": "2",
        "PublicUrl": public_url,
        # The few accounts of the simulated bank are used again and again.
        "MaxBeginsPerAccountHour": "100000",
        # The brand of the simulated bank.
        "BrandName": "Example Bank",
        "BrandLogoUrl": f"{sage.bank.url}/logo.svg",
        "BrandColour": "#0f766e",
        "SupportContact": "+44 20 7946 0000",
    } | authenticator_for(sage, "consent")


def authenticator_for(sage: Simulator, name: str) -> dict[str, str]:
    """Return the template parameters for an authenticator of the simulated bank."""
    urls = {"steps": sage.bank.url, "oidc": sage.bank.issuer}
    return {"Authenticator": name, "AuthenticatorUrl": urls.get(name, "")}
