"""What goes wrong, in words that say what to do, with an exit status that a script can tell apart."""

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

NO = 1
"""Exit status: the command ran, and the answer is no."""
UNREACHABLE = 3
"""Exit status: the stack could not be reached (2 is click's own, for wrong usage)."""

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_CREDENTIALS = {"InvalidClientTokenId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException"} | {
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
}


class Negative(click.ClickException):
    """The answer is no."""

    exit_code: ClassVar[int] = NO  # type: ignore[misc]  # click declares it without saying that it is the class's


class Unreachable(click.ClickException):
    """The stack cannot be reached."""

    exit_code: ClassVar[int] = UNREACHABLE  # type: ignore[misc]  # as above


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the AWS SDK raises into one line that says what to do. Raise Unreachable."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise Unreachable(
            "No AWS credentials were found: log in (aws sso login, aws configure), or name a --profile."
        ) from error
    except NoRegionError as error:
        raise Unreachable("No AWS region is set: name one with --region.") from error
    except ProfileNotFound as error:
        raise Unreachable(f"{error}: `aws configure list-profiles` lists those there are.") from error
    except (EndpointConnectionError, ConnectTimeoutError) as error:
        raise Unreachable(f"AWS did not answer: {error} Is the region right, and AWS_ENDPOINT_URL?") from error
    except ClientError as error:
        raise Unreachable(_client(error)) from error
    except BotoCoreError as error:
        raise Unreachable(f"AWS could not be asked: {error}") from error


def _client(error: ClientError) -> str:
    code = error.response["Error"].get("Code", "")
    if code in _CREDENTIALS:
        return f"AWS does not accept these credentials ({code}): log in again."
    if code in _DENIED:
        return f"These credentials may not do that: {error.response['Error'].get('Message', code)}"
    return f"AWS refused {error.operation_name}: {error.response['Error'].get('Message', code)}"
