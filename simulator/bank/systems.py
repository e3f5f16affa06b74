"""The bank's systems together."""

import time

from simulator.bank.identity import Identity
from simulator.bank.journeys import Journeys
from simulator.bank.phones import Phones
from simulator.credentials import Credentials
from simulator.rules.world import World
from simulator.settings import Dials
from simulator.wire.connector import Connector

IDENTITY_PATH = "/identity"


class Bank:
    """What the bank's web sites have behind them."""

    def __init__(self, origin: str, world: World, dials: Dials, credentials: Credentials, connector: Connector) -> None:
        self.origin = origin
        self.credentials = credentials
        self._world = world
        self._dials = dials
        self._connector = connector
        self.identity = Identity(f"{origin}{IDENTITY_PATH}", self._accounts)
        self.reset()

    def reset(self) -> None:
        """Forget all journeys and messages; keys stay."""
        self.phones = Phones()
        self.journeys = Journeys(self.phones, self.slow_seconds, time.sleep)
        self.identity.reset()

    @property
    def callback_url(self) -> str:
        """Where the identity provider sends customers back: one URL, registered when the connector was."""
        return f"{self._connector.authrefresh_url.removesuffix('/authrefresh')}/completion/callback"

    def slow_seconds(self) -> float:
        """Tell how long the bank takes for a customer who has to wait."""
        return self._dials.current.bank_slow_seconds

    def _accounts(self) -> list[str]:
        return [account.external_id for account in self._world.accounts()]
