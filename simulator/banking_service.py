"""Banking Service's part in a re-authorisation, between the product and the provider."""

import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from simulator.credentials import Credentials
from simulator.rules.record_store import RecordStore
from simulator.rules.records import Authorisation
from simulator.settings import CurrentSettings
from simulator.tokens.authority import NOTIFICATION_AUDIENCE, TokenAuthority
from simulator.wire.connector import ConnectorClient, ConnectorError

NOTIFICATION_HEADER = "x-api-key"
SUBJECT = "banking-service"


@dataclass
class BankingService:
    """The simulated Banking Service: starts re-authorisations and notifies the provider."""

    records: RecordStore
    settings: CurrentSettings
    authority: TokenAuthority
    credentials: Credentials
    connector: ConnectorClient

    def start(self, bank_account_id: str, redirect_uri: str) -> Authorisation:
        """Start a re-authorisation and notify the provider, at once or after `notification_delay_seconds`.

        Raises the errors of RecordStore.start_authorisation, and ConnectorError if the connector does not accept the
        notification. Sage does not document this case.
        """
        authorisation = self.records.start_authorisation(bank_account_id, redirect_uri)
        delay = self.settings.current.notification_delay_seconds
        if delay:
            timer = threading.Timer(delay, self._notify_late, [authorisation])
            timer.daemon = True
            timer.start()
            return authorisation
        answer = self.notify(started_notification(authorisation))
        if not answer.ok:
            raise ConnectorError(f"the status of POST notification is {answer.status_code}")
        return authorisation

    def _notify_late(self, authorisation: Authorisation) -> None:
        try:
            self.notify(started_notification(authorisation))
        except ConnectorError:
            # No caller waits for this notification. The exchange is recorded.
            return

    def notify(
        self,
        payload: Any,  # noqa: ANN401 - any JSON
        headers: dict[str, str | None] | None = None,
    ) -> requests.Response:
        """Send a notification, authenticated as Sage documents it.

        A string is sent unchanged, any other `payload` as JSON. `headers` replaces the usual headers; None removes one.
        Raises ConnectorError if the connector does not respond.
        """
        token = self.authority.issue(NOTIFICATION_AUDIENCE, SUBJECT, self.settings.current.token_seconds)
        default: dict[str, str | None] = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            NOTIFICATION_HEADER: self.credentials.notification_header_value,
        }
        replaced = {name.lower() for name in headers or {}}
        kept = {name: value for name, value in default.items() if name.lower() not in replaced}
        sent = {k: v for k, v in (kept | (headers or {})).items() if v is not None}
        body = payload if isinstance(payload, str) else json.dumps(payload)
        return self.connector.notify(body.encode(), sent)

    def authrefresh_url(self, authorisation: Authorisation) -> str:
        """Return the URL of the connector's first page. Raises ConnectorError."""
        return f"{self.connector.authrefresh_url}?{authrefresh_query(authorisation)}"


def started_notification(authorisation: Authorisation) -> dict[str, Any]:
    """Return the notification of a started re-authorisation, as the sample in Sage's re-authorisation guide."""
    return {
        "type": "resourceCreated",
        "resource": {
            "id": authorisation.authorisation_id,
            "type": "authorisation",
            "url": "NA",
        },
        "additionalData": {"bankId": authorisation.bank_id},
    }


def authrefresh_query(authorisation: Authorisation) -> str:
    """Return the query of GET /authrefresh, with the five parameters that Sage documents."""
    return urlencode(
        {
            "bankaccount": authorisation.bank_id,
            "authorisation_id": authorisation.authorisation_id,
            "redirect_uri": authorisation.redirect_uri,
            "state": authorisation.state,
            "externalId": authorisation.external_id,
        }
    )
