"""The errors of the command line: the cause in one line, also where an AWS adapter of the connector met it."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cli.errors import StackUnavailableError, explained_aws_errors
from connector.aws.errors import service_errors


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ClientError({"Error": {"Code": "ExpiredToken"}}, "GetItem"), "log in again"),
        (ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetItem"), "do not allow the call: no"),
        (EndpointConnectionError(endpoint_url="https://dynamodb.example"), "AWS did not answer"),
    ],
)
def test_an_error_that_an_adapter_met_is_explained_by_its_cause(error: Exception, message: str) -> None:
    with pytest.raises(StackUnavailableError, match=message), explained_aws_errors(), service_errors("DynamoDB"):
        raise error
