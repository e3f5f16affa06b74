"""The deployed stack: found by its name through CloudFormation, or the one that `make local` runs here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from cli.problem import Unreachable, explained

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

LOCAL = Path(".local") / "stack.json"
_CONFIG = Config(connect_timeout=3, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3})


@dataclass(frozen=True)
class Stack:
    """A stack by its outputs, and the way to AWS."""

    session: boto3.Session
    outputs: Mapping[str, Any]
    endpoint: str | None = None
    """Of a local AWS; None: the SDK's own, which heeds AWS_ENDPOINT_URL."""

    def output(self, name: str) -> str:
        """Return an output. Raise Unreachable where the stack has none of that name."""
        try:
            return str(self.outputs[name])
        except KeyError:
            raise Unreachable(f"The stack has no output {name}: is it this connector's, and up to date?") from None

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """Tables."""
        return self.session.client("dynamodb", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def functions(self) -> "LambdaClient":
        """Functions."""
        return self.session.client("lambda", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def queues(self) -> "SQSClient":
        """Queues."""
        return self.session.client("sqs", endpoint_url=self.endpoint, config=_CONFIG)


def find_stack(name: str | None, region: str | None, profile: str | None) -> Stack:
    """Find the stack of that name or, without one, the one that runs here. Raise Unreachable."""
    with explained():
        if name:
            session = boto3.Session(profile_name=profile, region_name=region)
            return Stack(session, _outputs(session, name))
    local = _local()
    if local is None:
        raise Unreachable("Which stack? Name it with --stack-name, or start one here with `make local`.")
    # Credentials that a local AWS takes, whatever the caller's own are for.
    session = boto3.Session("local", "local", region_name=local["Region"])
    return Stack(session, local, local["AwsEndpointUrl"])


def running_here(url: str) -> dict[str, Any] | None:
    """Return what is known of the stack that runs here, where its connector answers at this URL."""
    local = _local()
    return local if local and local["ApiUrl"] == url else None


def _outputs(session: boto3.Session, name: str) -> dict[str, str]:
    try:
        [found] = session.client("cloudformation", config=_CONFIG).describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"].get("Code") != "ValidationError":
            raise
        raise Unreachable(
            f"There is no stack {name} in {session.region_name}: check --stack-name, --region and --profile."
        ) from error
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def _local() -> dict[str, Any] | None:
    """Read what `make local` wrote, in this folder or one above it."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / LOCAL).is_file():
            found: dict[str, Any] = json.loads((folder / LOCAL).read_text())
            return found
    return None
