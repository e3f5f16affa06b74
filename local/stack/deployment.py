"""Build the stack with the SAM CLI, and deploy it to the local AWS."""

import json
import platform
import tomllib
from collections.abc import Mapping
from operator import itemgetter

from botocore.exceptions import ClientError

from local.machine.environment import child_environment
from local.machine.errors import LocalError
from local.machine.processes import run_to_end
from local.machine.workspace import CHECKOUT, TOOLS, Workspace
from local.stack.aws import Aws

_CONFIG = tomllib.loads((CHECKOUT / "samconfig.toml").read_text())["local"]["deploy"]["parameters"]
STACK_NAME: str = _CONFIG["stack_name"]
REGION: str = _CONFIG["region"]

# The local AWS takes the id of a REST API from a tag. Host names need an id of eight hexadecimal digits.
API_ID = "5a9e0001"
STAGE = "live"

_OTHER_PLATFORMS = {
    ("Darwin", "arm64"): "aarch64-apple-darwin",
    ("Darwin", "x86_64"): "x86_64-apple-darwin",
    ("Linux", "aarch64"): "aarch64-manylinux_2_28",
}


def api_url(port: int) -> str:
    """Return the URL that the API will have on the local AWS at this port."""
    return f"http://{API_ID}.execute-api.localhost:{port}/{STAGE}"


def build(workspace: Workspace) -> None:
    """Build the functions, and the layers for this machine's platform. Raises LocalError."""
    workspace.directory.mkdir(parents=True, exist_ok=True)
    run_to_end(
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
    """Return the variable that names this machine's platform for the layer's Makefile, if it is not Lambda's."""
    name = _OTHER_PLATFORMS.get((platform.system(), platform.machine()))
    return {"LAYER_PLATFORM": name} if name else {}


def deploy(workspace: Workspace, aws: Aws, parameters: Mapping[str, str]) -> dict[str, str]:
    """Deploy the build; return the stack's outputs. Raises LocalError."""
    try:
        _sam_deploy(workspace, aws, parameters)
    except LocalError as error:
        # The CLI only says that the deployment failed. CloudFormation has the reason.
        raise LocalError(_failure_reason(aws) or str(error)) from error
    [stack] = aws.cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _sam_deploy(workspace: Workspace, aws: Aws, parameters: Mapping[str, str]) -> None:
    run_to_end(
        "sam deploy",
        [
            *(TOOLS / "sam", "deploy", "--config-file", CHECKOUT / "samconfig.toml", "--config-env", "local"),
            *("--template-file", workspace.build / "template.yaml", "--tags", f"ms-custom-id={API_ID}"),
            # Quoted, because the CLI splits values at spaces.
            *(
                "--parameter-overrides",
                *(f'{name}="{value.replace('"', r"\"")}"' for name, value in parameters.items()),
            ),
        ],
        log=workspace.log("deploy"),
        # The CLI polls every 5 seconds by default. A local deployment takes about 2 seconds.
        env=child_environment(SAM_CLI_TELEMETRY="0", SAM_CLI_POLL_DELAY="0.2", AWS_ENDPOINT_URL=aws.endpoint),
        cwd=CHECKOUT,
    )


def _failure_reason(aws: Aws) -> str | None:
    """Return the first resource that failed, and the reason."""
    try:
        events = aws.cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    except ClientError:
        return None
    failed = [event for event in events if event["ResourceStatus"] in {"CREATE_FAILED", "UPDATE_FAILED"}]
    first = min(failed, key=itemgetter("Timestamp"), default=None)
    return first and f"sam deploy failed: {first['LogicalResourceId']}: {first.get('ResourceStatusReason')}"


def fill_secrets(aws: Aws, outputs: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Write each secret that a deployer fills. The connector ignores the keys that it does not know."""
    for name, value in outputs.items():
        if name.endswith("SecretArn"):
            aws.secrets.put_secret_value(SecretId=value, SecretString=json.dumps(dict(values)))
