"""Every implementation of a store, empty: in memory, on moto, and on the local AWS over a real connection."""

import functools
from collections.abc import Iterator
from io import StringIO
from logging import StreamHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from awslambdaric.lambda_runtime_log_utils import JsonFormatter  # type: ignore[import-untyped]  # it ships no types
from botocore.config import Config
from botocore.loaders import JSONFileLoader
from moto import mock_aws

from connector.runtime.observability import logger
from connector.session.store import DynamoDBStore, Store
from local.machine.ports import free_port
from local.machine.workspace import Workspace
from local.stack.aws import Aws
from local.stack.control import Control
from local.stack.emulator import emulator
from local.stack.simulator import simulator
from local.stack.simulator_state import Simulator
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.store import MemoryStore
from tests.scheduling import ByStack
from tests.template import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "eu-west-1"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByStack:  # noqa: ANN401 - of xdist, without types
    return ByStack(config, log)


def pytest_configure() -> None:
    """Let every boto3 session share what the files of botocore say.

    Each mock_aws() begins a new default session, and each session parses the same files again: more than half of the
    time that a client takes to make, and thus of the time that the tests take.
    """
    files, load_file = JSONFileLoader(), JSONFileLoader.load_file
    read = functools.cache(lambda path: load_file(files, path))
    JSONFileLoader.load_file = lambda _, path: read(path)  # type: ignore[assignment,method-assign]  # for this process only


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that starts the local AWS, before `-m` selects by the marks."""
    for item in items:
        if "local_aws" in getattr(item, "fixturenames", ()):
            item.add_marker("local_aws")


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    workspace = Workspace(Path(tmp_path_factory.mktemp("local-aws")))
    with emulator(workspace, free_port(), REGION) as endpoint:
        yield Aws(endpoint, REGION)


@pytest.fixture
def local_store(local_aws: Aws) -> Iterator[DynamoDBStore]:
    table = create_table(local_aws.dynamodb)
    # As many connections as the races have threads.
    client = boto3.client(
        "dynamodb",
        endpoint_url=local_aws.endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(max_pool_connections=64),
    )
    yield DynamoDBStore(client, table)
    local_aws.dynamodb.delete_table(TableName=table)


@pytest.fixture(scope="session")
def moto_client() -> "DynamoDBClient":
    """A client that reaches moto's DynamoDB while a test has mock_aws()."""
    return boto3.client("dynamodb", region_name=REGION, aws_access_key_id="moto", aws_secret_access_key="moto")


@pytest.fixture
def moto_store(moto_client: "DynamoDBClient") -> Iterator[DynamoDBStore]:
    with mock_aws():
        yield DynamoDBStore(moto_client, create_table(moto_client))


@pytest.fixture(
    params=["memory", pytest.param("moto", marks=pytest.mark.slow), pytest.param("local", marks=pytest.mark.local_aws)]
)
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "memory":
        return MemoryStore()
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture
def outbox_store(store: Store) -> DynamoDBStore | MemoryStore:
    """The same store, with its outbox."""
    assert isinstance(store, DynamoDBStore | MemoryStore)
    return store


@pytest.fixture(params=["memory", pytest.param("local", marks=pytest.mark.local_aws)])
def shared_store(request: pytest.FixtureRequest) -> Store:
    """A store for many threads at once, which moto, for all its other virtues, is not."""
    if request.param == "memory":
        return MemoryStore()
    found: Store = request.getfixturevalue("local_store")
    return found


@pytest.fixture(scope="session")
def simulator_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(Path(tmp_path_factory.mktemp("simulator")))


@pytest.fixture(scope="session")
def sage(simulator_workspace: Workspace) -> Iterator[Simulator]:
    """A simulated Sage on real sockets, for all tests here."""
    with simulator(simulator_workspace) as running:
        yield running


@pytest.fixture
def control(sage: Simulator) -> Control:
    """What Sage's own callers may not do: looking into it, and turning it. As new for each test."""
    turned = Control(sage.control.url)
    turned.post("/reset", {})
    return turned


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    """The functions in this process, between moto's AWS and the simulated Sage."""
    control.register_connector(BASE_URL)
    # These functions are in this process, without a port that a notification could come to.
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    with deployment(sage, PublicUrl=BASE_URL) as deployed:
        yield deployed


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that the functions log, as CloudWatch would get it."""
    captured = StringIO()
    handler = StreamHandler(captured)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    yield captured
    logger.removeHandler(handler)
