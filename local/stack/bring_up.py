"""The whole of it: the local AWS, the simulated Sage and bank, and the connector deployed between them."""

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
    """A stack that answers, and the parties around it."""

    outputs: dict[str, str]
    aws: Aws
    simulator: Simulator
    control: Control

    @property
    def api_url(self) -> str:
        """The connector's base URL, as it can be reached from here."""
        return self.outputs["ApiUrl"]

    def described(self) -> dict[str, Any]:
        """Show every URL and output, as `stack.json` has them."""
        return self.outputs | {
            "AwsEndpointUrl": self.aws.endpoint,
            "Region": self.aws.region,
            "StackName": deployment.STACK_NAME,
            "simulator": self.simulator.model_dump(),
        }


@contextlib.contextmanager
def bring_up(workspace: Workspace, port: int, **parameters: str) -> Iterator[RunningStack]:
    """Start everything and deploy what was built in this workspace; take it all down when the context ends.

    `parameters` are of the template, and go before those that are worked out here. Raises Problem.
    """
    with simulator(workspace) as sage, emulator(workspace, port, deployment.REGION) as endpoint:
        aws = Aws(endpoint, deployment.REGION)
        worked_out = parameters_for(sage, deployment.public_url(port))
        if "Authenticator" in parameters:
            worked_out |= authenticator_for(sage, parameters["Authenticator"])
        outputs = deployment.deploy(workspace, aws, worked_out | parameters)
        deployment.fill_credentials(aws, outputs["CredentialsSecretArn"], sage.credentials)
        control = Control(sage.control.url)
        control.register_connector(outputs["ApiUrl"])
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
    """Work out the template's parameters for this Sage and this workspace."""
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
        # The simulated Sage takes a second for a statement.
        "FollowUpSeconds": "2",
        "PublicUrl": public_url,
        # The simulated bank's own.
        "BrandName": "Example Bank",
        "BrandLogoUrl": f"{sage.bank.url}/logo.svg",
        "BrandColour": "#0f766e",
        "SupportContact": "+44 20 7946 0000",
    } | authenticator_for(sage, "consent")


def authenticator_for(sage: Simulator, name: str) -> dict[str, str]:
    """Work out the parameters with which customers prove to the simulated bank who they are."""
    urls = {"steps": sage.bank.url, "oidc": sage.bank.issuer}
    return {"Authenticator": name, "AuthenticatorUrl": urls.get(name, "")}
