"""The proxy of AWS: what the client hears of each fault, and whether AWS carried the call out."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.fakes.http_server import Received, Reply, http_server
from tests.soak.aws_proxy import AwsFault, AwsProxy, aws_proxy

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

ONCE = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})


@pytest.fixture
def carried_out() -> list[str]:
    """Return the calls that AWS carried out."""
    return []


@pytest.fixture
def proxy(carried_out: list[str]) -> Iterator[AwsProxy]:
    def reply(received: Received) -> Reply:
        carried_out.append(received.headers["X-Amz-Target"])
        return Reply(200, {"SecretString": "x"})

    with http_server(reply) as target, aws_proxy(target, seed=1) as running:
        yield running


def client(proxy: AwsProxy) -> "SecretsManagerClient":
    aws = boto3.Session("local", "local", region_name="eu-west-1")
    return aws.client("secretsmanager", endpoint_url=proxy.url, config=ONCE)


@pytest.mark.parametrize("fault", AwsFault)
def test_each_fault_is_an_error_and_only_some_calls_are_carried_out(
    proxy: AwsProxy, carried_out: list[str], fault: AwsFault
) -> None:
    proxy.probability, proxy.kinds = 1, (fault,)
    with pytest.raises((BotoCoreError, ClientError)):
        client(proxy).get_secret_value(SecretId="one")
    assert carried_out == ["secretsmanager.GetSecretValue"] * fault.carried_out
    assert proxy.applied == {f"secrets manager: {fault}": 1}


def test_without_faults_and_for_other_services_or_actions_every_call_passes(proxy: AwsProxy) -> None:
    assert client(proxy).get_secret_value(SecretId="one")["SecretString"] == "x"
    proxy.probability, proxy.services = 1, frozenset({"sqs"})
    assert client(proxy).get_secret_value(SecretId="one")["SecretString"] == "x"
    proxy.services, proxy.actions = frozenset({"secrets manager"}), frozenset({"PutSecretValue"})
    assert client(proxy).get_secret_value(SecretId="one")["SecretString"] == "x"
    assert not proxy.applied
