"""The deployed stack: found in CloudFormation by its name, or in the file that `make local` writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from cli.errors import StackUnavailableError, explained_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient

LOCAL_STACK = Path(".local") / "stack.json"
_CONFIG = Config(connect_timeout=3, read_timeout=60, retries={"mode": "standard", "total_max_attempts": 3})


@dataclass(frozen=True)
class Stack:
    """A stack's outputs, and the clients of its AWS services."""

    session: boto3.Session
    outputs: Mapping[str, Any]
    endpoint: str | None = None
    """The URL of a local AWS. With None the SDK chooses, and reads AWS_ENDPOINT_URL."""

    def output(self, name: str) -> str:
        """Return an output's value. Raise StackUnavailableError if the stack has no such output."""
        try:
            return str(self.outputs[name])
        except KeyError:
            raise StackUnavailableError(
                f"The stack has no output {name}: check that --stack-name names this connector, and deploy it again."
            ) from None

    @cached_property
    def dynamodb(self) -> "DynamoDBClient":
        """DynamoDB."""
        return self.session.client("dynamodb", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def functions(self) -> "LambdaClient":
        """Lambda."""
        return self.session.client("lambda", endpoint_url=self.endpoint, config=_CONFIG)

    @cached_property
    def queues(self) -> "SQSClient":
        """SQS."""
        return self.session.client("sqs", endpoint_url=self.endpoint, config=_CONFIG)


def find_stack(name: str | None, region: str | None, profile: str | None) -> Stack:
    """Find the stack with this name or, without a name, the local one. Raise StackUnavailableError."""
    with explained_aws_errors():
        if name:
            session = boto3.Session(profile_name=profile, region_name=region)
            return Stack(session, _outputs(session, name))
    local = _local_stack()
    if local is None:
        raise StackUnavailableError("Name the stack with --stack-name, or start a local one with `make local`.")
    # The local AWS accepts any credentials. The caller's own credentials are not used.
    session = boto3.Session("local", "local", region_name=local["Region"])
    return Stack(session, local, local["AwsEndpointUrl"])


def local_stack_at(url: str) -> dict[str, Any] | None:
    """Return the description of the local stack if its connector has this URL."""
    local = _local_stack()
    return local if local and local["ApiUrl"] == url else None


def _outputs(session: boto3.Session, name: str) -> dict[str, str]:
    try:
        [found] = session.client("cloudformation", config=_CONFIG).describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"].get("Code") != "ValidationError":
            raise
        raise StackUnavailableError(
            f"There is no stack {name} in {session.region_name}: check --stack-name, --region and --profile."
        ) from error
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}


def _local_stack() -> dict[str, Any] | None:
    """Read the file that `make local` writes, from this folder or a folder above."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / LOCAL_STACK).is_file():
            found: dict[str, Any] = json.loads((folder / LOCAL_STACK).read_text())
            return found
    return None
