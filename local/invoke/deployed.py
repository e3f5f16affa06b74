"""A function as a stack deploys it: its environment variables, its time limit, its memory."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, NoCredentialsError

from cli.errors import explained_aws_errors
from cli.stack import Stack
from local.machine.errors import LocalError
from local.machine.workspace import CHECKOUT

FUNCTIONS = tuple(sorted(path.parent.name for path in (CHECKOUT / "functions").glob("*/app.py")))


@dataclass(frozen=True)
class DeployedFunction:
    """A function's configuration in a deployed stack."""

    name: str
    """The name of its folder below `functions`."""
    variables: Mapping[str, str]
    timeout_seconds: int
    memory_megabytes: int

    @property
    def logical_id(self) -> str:
        """The function's name in the template."""
        return logical_id(self.name)


def logical_id(name: str) -> str:
    """Return the name in the template of the function whose folder has this name."""
    return f"{name.title().replace('_', '')}Function"


def deployed_function(stack: Stack, stack_name: str, name: str) -> DeployedFunction:
    """Read the configuration from the stack. Raise LocalError or StackUnavailableError."""
    cloudformation = stack.session.client("cloudformation", endpoint_url=stack.endpoint)
    functions = stack.session.client("lambda", endpoint_url=stack.endpoint)
    with explained_aws_errors():
        try:
            resource = cloudformation.describe_stack_resource(StackName=stack_name, LogicalResourceId=logical_id(name))
        except ClientError as error:
            if error.response["Error"].get("Code") != "ValidationError":
                raise
            raise LocalError(f"The stack {stack_name} has no {logical_id(name)}: deploy it again.") from error
        physical: Any = resource["StackResourceDetail"]["PhysicalResourceId"]
        found = functions.get_function_configuration(FunctionName=physical)
    variables = found.get("Environment", {}).get("Variables", {})
    return DeployedFunction(name, variables, found["Timeout"], found["MemorySize"])


def sdk_environment(stack: Stack) -> dict[str, str]:
    """Return the variables from which the AWS SDK in a function takes its credentials, region and endpoint."""
    with explained_aws_errors():
        found = stack.session.get_credentials()
        if found is None:
            raise NoCredentialsError
        credentials = found.get_frozen_credentials()
    region = stack.session.region_name
    variables = {
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": stack.endpoint or os.environ.get("AWS_ENDPOINT_URL"),
    }
    return {name: value for name, value in variables.items() if value}
