"""One simulation for all tests of this folder. It is reset before each test."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from simulator.loopback import session
from simulator.settings import Settings
from simulator.simulation import Simulation
from tests.fakes.connector import FakeConnector

AT_ONCE = Settings(statement_seconds=0, verifying_seconds=0, provider_api_per_second=0, sage_id_tokens_per_minute=0)


@pytest.fixture(scope="session")
def running() -> Iterator[Simulation]:
    with Simulation(settings=AT_ONCE) as running:
        yield running


@pytest.fixture
def simulation(running: Simulation) -> dict[str, Any]:
    """Every URL and secret. Durations are 0, there are no limits, and the initial accounts exist."""
    running.reset()
    return running.describe()


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with session() as made:
        yield made


@pytest.fixture
def connector(simulation: dict[str, Any]) -> Iterator[FakeConnector]:
    with FakeConnector(simulation) as connector:
        connector.register()
        yield connector


@pytest.fixture
def accounts(simulation: dict[str, Any], http: requests.Session) -> dict[str, dict[str, Any]]:
    """The initial accounts as the Consumer API returns them, by the provider's id."""
    listed = http.get(f"{simulation['consumer_api']['url']}/bankaccounts").json()["data"]
    return {account["externalId"]: account for account in listed}


@pytest.fixture
def control(simulation: dict[str, Any]) -> str:
    return str(simulation["control"]["url"])


@pytest.fixture
def provider_api(simulation: dict[str, Any]) -> str:
    return str(simulation["provider_api"]["url"])


@pytest.fixture
def api(simulation: dict[str, Any], connector: FakeConnector, http: requests.Session) -> Iterator[requests.Session]:
    """An authenticated session of the provider."""
    http.headers["Authorization"] = f"Bearer {connector.token()}"
    http.headers["x-api-key"] = simulation["credentials"]["api_key"]
    yield http
    http.headers.clear()


@pytest.fixture
def account(accounts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """An account that is `authRequired`."""
    return accounts["acc-10001"]


@pytest.fixture
def authorisation_id(http: requests.Session, connector: FakeConnector, control: str, account: dict[str, Any]) -> str:
    assert connector.url
    started = http.post(f"{control}/start", json={"bankAccountId": account["bankAccountId"]})
    return str(started.json()["authorisation_id"])
