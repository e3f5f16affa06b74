"""Create all parties, and serve each on its own origin."""

from contextlib import suppress
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from simulator.bank.systems import IDENTITY_PATH, Bank
from simulator.banking_service import NOTIFICATION_HEADER, BankingService
from simulator.control import app as control
from simulator.credentials import Credentials
from simulator.parties import consumer_api, gateway, provider_api, sage_id
from simulator.parties.bank import app as bank
from simulator.parties.product import app as product
from simulator.parties.product.consumer_client import ConsumerApiClient
from simulator.places import Places
from simulator.rules import initial_accounts
from simulator.rules.clock import Clock
from simulator.rules.faults import Faults, Kind
from simulator.rules.record_store import RecordStore
from simulator.settings import CurrentSettings, Settings
from simulator.tokens.authority import (
    NOTIFICATION_AUDIENCE,
    PROVIDER_API_AUDIENCE,
    InvalidTokenError,
    TokenAuthority,
)
from simulator.wire.connector import ConnectorClient
from simulator.wire.exchanges import Exchanges
from simulator.wire.faults import SideEffects
from simulator.wire.party import Party
from simulator.wire.server import Server
from simulator.workbench.connector_stack import ConnectorStack
from simulator.workbench.workbench import Workbench

LOOPBACK = "127.0.0.1"
PARTIES = ("sage_id", "provider_api", "consumer_api", "product", "bank", "connector", "control")
# A site of its own: the browser treats cookies and frames as it does in production.
GATEWAY_HOST = "connector.localhost"


class Simulation:
    """All parties. As a context manager it starts and stops their servers."""

    def __init__(self, host: str = LOOPBACK, settings: Settings | None = None) -> None:
        self._servers = {party: Server(host) for party in PARTIES}
        self._origin = {party: server.origin for party, server in self._servers.items()}
        current = CurrentSettings(settings or Settings())
        self._exchanges = Exchanges()
        port = urlsplit(self._origin["connector"]).port
        self._origin["connector"] = f"http://{GATEWAY_HOST}:{port}"
        self._connector = ConnectorClient(self._exchanges, self._origin["connector"])
        self._consumer_api = ConsumerApiClient(self._origin["consumer_api"])
        clock = Clock()
        self._service = BankingService(
            RecordStore(current, clock.now),
            current,
            TokenAuthority(f"{self._origin['sage_id']}/"),
            Credentials(),
            self._connector,
            Faults(),
            clock,
        )
        self._bank = Bank(
            self._origin["bank"], self._service.records, current, self._service.credentials, self._connector
        )
        self._workbench = Workbench(self._service, ConnectorStack(), f"{self._origin['product']}/landing")
        initial_accounts.add_to(self._service.records)

    def __enter__(self) -> Self:
        exchanges, service, origin = self._exchanges, self._service, self._origin
        dialogue = f"{origin['product']}/dialogue"
        places = Places(f"{origin['product']}/", f"{origin['bank']}/", f"{origin['control']}{control.PREFIX}/")
        applications = {
            "sage_id": sage_id.create(exchanges, service),
            "provider_api": provider_api.create(exchanges, service),
            "consumer_api": consumer_api.create(exchanges, service, dialogue),
            "product": product.create(exchanges, service, self._consumer_api, origin["product"]),
            "bank": bank.create(exchanges, self._bank),
            "connector": gateway.create(exchanges, self._connector, service.settings),
            "control": control.create(exchanges, self._workbench, places, self._bank, self.reset),
        }
        side_effects = _side_effects(service)
        for party, application in applications.items():
            if isinstance(application, Party):
                application.use_faults(service.faults, side_effects)
                places.show_in(application)
            self._servers[party].serve(application)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for server in self._servers.values():
            server.stop()
        self._consumer_api.close()
        self._connector.close()

    def reset(self) -> None:
        """Delete all data except the URLs, credentials and keys, because the connector is deployed with those."""
        self._service.settings.reset()
        self._service.records.reset()
        self._exchanges.clear()
        self._service.faults.reset()
        self._service.clock.reset()
        self._workbench.mend()
        self._bank.reset()
        initial_accounts.add_to(self._service.records)

    def describe(self) -> dict[str, Any]:
        """Return every URL and secret that the deployment of a connector needs."""
        origin = self._origin
        issuer = self._service.authority.issuer
        return {
            "sage_id": {
                "issuer": issuer,
                "token_url": f"{issuer}oauth/token",
                "jwks_url": f"{issuer}.well-known/jwks.json",
            },
            "provider_api": {
                "url": f"{origin['provider_api']}/v1",
                "audience": PROVIDER_API_AUDIENCE,
            },
            "consumer_api": {"url": origin["consumer_api"]},
            "product": {"url": origin["product"]},
            "bank": {"url": origin["bank"], "issuer": f"{origin['bank']}{IDENTITY_PATH}"},
            "connector": {"url": origin["connector"]},
            "control": {"url": f"{origin['control']}{control.PREFIX}"},
            "notification": {
                "header_name": NOTIFICATION_HEADER,
                "audience": NOTIFICATION_AUDIENCE,
            },
            "credentials": asdict(self._service.credentials),
        }


def _side_effects(service: BankingService) -> SideEffects:
    def revoke(authorization: str) -> None:
        # The party refuses a token of another issuer anyway.
        with suppress(InvalidTokenError):
            service.authority.revoke(authorization.partition(" ")[2])

    def rotate(_: str) -> None:
        service.credentials.rotate_client_secret()

    return {Kind.REVOKE_TOKEN: revoke, Kind.ROTATE_SECRET: rotate}
