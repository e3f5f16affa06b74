"""The one error of every AWS adapter."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError


class ServiceUnavailableError(Exception):
    """An AWS service did not answer, or refused a call. A write may or may not have taken effect."""


@contextmanager
def service_errors(service: str) -> Iterator[None]:
    """Raise ServiceUnavailableError where a call of the AWS SDK fails. The message has the error's code."""
    try:
        yield
    except ClientError as error:
        raise ServiceUnavailableError(f"{service}: {error.response.get('Error', {}).get('Code', 'error')}") from error
    except BotoCoreError as error:
        raise ServiceUnavailableError(f"{service}: {type(error).__name__}") from error
