"""The stack, built and deployed with the SAM CLI as to AWS, but to the local one."""

import json
import platform
import tomllib
from collections.abc import Mapping
from operator import itemgetter

from botocore.exceptions import ClientError

from local.machine.environment import child_environment
from local.machine.errors import LocalError
from local.machine.processes import finish
from local.machine.workspace import CHECKOUT, TOOLS, Workspace
from local.stack.aws import Aws

_CONFIG = tomllib.loads((CHECKOUT / "samconfig.toml").read_text())["local"]["deploy"]["parameters"]
STACK_NAME: str = _CONFIG["stack_name"]
REGION: str = _CONFIG["region"]

# The local AWS takes a REST API's id from this tag; in host names it knows ids of eight hexadecimal digits only.
API_ID = "5a9e0001"
STAGE = "live"

_OTHER_PLATFORMS = {
    ("Darwin", "arm64"): "aarch64-apple-darwin",
    ("Darwin", "x86_64"): "x86_64-apple-darwin",
    ("Linux", "aarch64"): "aarch64-manylinux_2_28",
}


def public_url(port: int) -> str:
    """Tell where the stack will answer, before it is deployed to the local AWS on this port."""
    return f"http://{API_ID}.execute-api.localhost:{port}/{STAGE}"


def build(workspace: Workspace) -> None:
    """Build functions and layers, the layers for this machine. Raises LocalError."""
    workspace.directory.mkdir(parents=True, exist_ok=True)
    finish(
        "sam build",
        [
            *(TOOLS / "sam", "build", "--cached", "--parallel", "--cache-dir", workspace.directory / "build-cache"),
            *("--template-file", CHECKOUT / "template.yaml", "--build-dir", workspace.build),
        ],
        log=workspace.log("build"),
        env=child_environment(SAM_CLI_TELEMETRY="0", AWS_DEFAULT_REGION=REGION, **_layer_platform()),
        cwd=CHECKOUT,
    )


def _layer_platform() -> dict[str, str]:
    """Name this machine's kind for the dependencies layer's Makefile, unless it is Lambda's own."""
    kind = _OTHER_PLATFORMS.get((platform.system(), platform.machine()))
    return {"LAYER_PLATFORM": kind} if kind else {}


def deploy(workspace: Workspace, aws: Aws, parameters: Mapping[str, str]) -> dict[str, str]:
    """Deploy what was built; give the stack's outputs by name. Raises LocalError."""
    try:
        _sam_deploy(workspace, aws, parameters)
    except LocalError as error:
        # The CLI's last words are that it failed; CloudFormation knows why.
        raise LocalError(_refusal(aws) or str(error)) from error
    [stack] = aws.cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _sam_deploy(workspace: Workspace, aws: Aws, parameters: Mapping[str, str]) -> None:
    finish(
        "sam deploy",
        [
            *(TOOLS / "sam", "deploy", "--config-file", CHECKOUT / "samconfig.toml", "--config-env", "local"),
            *("--template-file", workspace.build / "template.yaml", "--tags", f"ms-custom-id={API_ID}"),
            # Quoted, because the CLI splits a value at its spaces.
            *("--parameter-overrides", *(f'{name}="{value}"' for name, value in parameters.items())),
        ],
        log=workspace.log("deploy"),
        # The CLI looks every 5 seconds by default; here all is done after 2.
        env=child_environment(SAM_CLI_TELEMETRY="0", SAM_CLI_POLL_DELAY="0.2", AWS_ENDPOINT_URL=aws.endpoint),
        cwd=CHECKOUT,
    )


def _refusal(aws: Aws) -> str | None:
    """Tell which resource failed first, and why."""
    try:
        events = aws.cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    except ClientError:
        return None
    failed = [event for event in events if event["ResourceStatus"] in {"CREATE_FAILED", "UPDATE_FAILED"}]
    first = min(failed, key=itemgetter("Timestamp"), default=None)
    return first and f"sam deploy failed: {first['LogicalResourceId']}: {first.get('ResourceStatusReason')}"


def fill_credentials(aws: Aws, secret_arn: str, credentials: Mapping[str, str]) -> None:
    """Put what Sage and the provider agreed on into the credentials secret, as a deployer does."""
    aws.secrets.put_secret_value(SecretId=secret_arn, SecretString=json.dumps(dict(credentials)))
