"""All systems of the bank."""

import time

from simulator.bank.identity_provider import IdentityProvider
from simulator.bank.journeys import Journeys
from simulator.bank.phones import Phones
from simulator.credentials import Credentials
from simulator.rules.record_store import RecordStore
from simulator.settings import CurrentSettings
from simulator.wire.connector import ConnectorClient

IDENTITY_PATH = "/identity"


class Bank:
    """The systems behind the bank's web sites and APIs."""

    def __init__(
        self,
        origin: str,
        records: RecordStore,
        settings: CurrentSettings,
        credentials: Credentials,
        connector: ConnectorClient,
    ) -> None:
        self.origin = origin
        self.credentials = credentials
        self._records = records
        self._settings = settings
        self._connector = connector
        self.identity = IdentityProvider(f"{origin}{IDENTITY_PATH}", self._accounts)
        self.reset()

    def reset(self) -> None:
        """Delete all journeys and messages. The signing keys remain."""
        self.phones = Phones()
        self.journeys = Journeys(self.phones, self.slow_seconds, time.sleep)
        self.identity.reset()

    @property
    def callback_url(self) -> str:
        """The connector's redirect URI at the identity provider, derived from the connector's registered URL."""
        return f"{self._connector.authrefresh_url.removesuffix('/authrefresh')}/completion/callback"

    def slow_seconds(self) -> float:
        """Return the delay for a SLOW customer, in seconds."""
        return self._settings.current.bank_slow_seconds

    def _accounts(self) -> list[str]:
        return [account.external_id for account in self._records.accounts()]
