"""The errors of the command line. Each message says how to remove the cause; each class has its exit status."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import click
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from connector.aws.errors import ServiceUnavailableError

_DENIED_CODES = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_CREDENTIALS_CODES = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


class NegativeResultError(click.ClickException):
    """The command ran, and its result is negative."""

    exit_code: ClassVar[int] = 1  # type: ignore[misc]  # click declares an instance attribute and uses the class's


class StackUnavailableError(click.ClickException):
    """The stack could not be reached. Exit status 2 is click's own, for a wrong command line."""

    exit_code: ClassVar[int] = 3  # type: ignore[misc]  # as above


@contextmanager
def explained_aws_errors() -> Iterator[None]:
    """Turn each error of the AWS SDK into one line that says how to remove the cause. Raise StackUnavailableError."""
    try:
        with _causes():
            yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise StackUnavailableError(
            "No AWS credentials were found: log in (aws sso login, aws configure), or name a --profile."
        ) from error
    except NoRegionError as error:
        raise StackUnavailableError("No AWS region is set: name one with --region.") from error
    except ProfileNotFound as error:
        raise StackUnavailableError(f"{error}: `aws configure list-profiles` lists the profiles.") from error
    except (EndpointConnectionError, ConnectTimeoutError) as error:
        raise StackUnavailableError(f"AWS did not answer: {error} Check --region and AWS_ENDPOINT_URL.") from error
    except ClientError as error:
        raise StackUnavailableError(_explained(error)) from error
    except BotoCoreError as error:
        raise StackUnavailableError(f"The call to AWS failed: {error}") from error


@contextmanager
def _causes() -> Iterator[None]:
    """Raise the SDK's error in place of the error of the connector's AWS adapters."""
    try:
        yield
    except ServiceUnavailableError as error:
        raise (error.__cause__ or error) from error


def _explained(error: ClientError) -> str:
    code = error.response["Error"].get("Code", "")
    message = error.response["Error"].get("Message", code)
    if code in _CREDENTIALS_CODES:
        return f"AWS does not accept these credentials ({code}): log in again."
    if code in _DENIED_CODES:
        return f"These credentials do not allow the call: {message}"
    return f"AWS refused {error.operation_name}: {message}"
