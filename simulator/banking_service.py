"""Banking Service's part in a re-authorisation, between the product and the provider."""

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from simulator.credentials import Credentials
from simulator.rules.clock import Clock
from simulator.rules.faults import Fault, Faults, Kind
from simulator.rules.record_store import RecordStore
from simulator.rules.records import Authorisation
from simulator.settings import CurrentSettings
from simulator.tokens.authority import NOTIFICATION_AUDIENCE, TokenAuthority
from simulator.wire.connector import ConnectorClient, ConnectorError

NOTIFICATION_HEADER = "x-api-key"
SUBJECT = "banking-service"
PARTY = "banking_service"
"""The party of the faults of notifications."""


@dataclass
class BankingService:
    """The simulated Banking Service: starts re-authorisations and notifies the provider.

    The faults of `banking_service` are those of its notifications: late (DELAY), TWICE, not sent (DROP_BEFORE), and
    sent with a lost answer (DROP_AFTER).
    """

    records: RecordStore
    settings: CurrentSettings
    authority: TokenAuthority
    credentials: Credentials
    connector: ConnectorClient
    faults: Faults
    clock: Clock

    def start(self, bank_account_id: str, redirect_uri: str) -> Authorisation:
        """Start a re-authorisation and notify the provider, at once or after `notification_delay_seconds`.

        Raises the errors of RecordStore.start_authorisation, and ConnectorError if the connector does not accept the
        notification. Sage does not document this case.
        """
        authorisation = self.records.start_authorisation(bank_account_id, redirect_uri)
        payload = started_notification(authorisation)
        fault = self.faults.next_fault(PARTY, "POST", "/notification")
        late = fault.seconds if fault and fault.kind is Kind.DELAY else 0
        delay = late or self.settings.current.notification_delay_seconds
        if delay:
            timer = threading.Timer(delay, self._notify_late, [payload, fault])
            timer.daemon = True
            timer.start()
        elif not (fault and fault.kind is Kind.DROP_BEFORE):
            self._notify_with(payload, fault)
        return authorisation

    def _notify_with(self, payload: Any, fault: Fault | None) -> None:  # noqa: ANN401 - any JSON
        """Notify the provider, twice with the fault TWICE. A notification whose answer was lost is sent again.

        Raises ConnectorError if the connector does not accept the notification.
        """
        if fault and fault.kind is Kind.DROP_AFTER:
            with suppress(ConnectorError):
                self.notify(payload, fault=fault)
        if fault and fault.kind is Kind.TWICE:
            self.notify(payload, fault=fault)
        answer = self.notify(payload)
        if not answer.ok:
            raise ConnectorError(f"the status of POST notification is {answer.status_code}")

    def _notify_late(self, payload: Any, fault: Fault | None) -> None:  # noqa: ANN401 - any JSON
        # No caller waits for this notification. The exchange is recorded.
        with suppress(ConnectorError):
            self.notify(payload, fault=fault)

    def notify(
        self,
        payload: Any,  # noqa: ANN401 - any JSON
        headers: Mapping[str, str | None] | None = None,
        fault: Fault | None = None,
    ) -> requests.Response:
        """Send a notification, authenticated as Sage documents it.

        A string is sent unchanged, any other `payload` as JSON. `headers` replaces the usual headers; None removes one.
        A `fault` is recorded with the exchange; DROP_AFTER loses the answer.
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
        sent = {k: v for k, v in (kept | dict(headers or {})).items() if v is not None}
        body = payload if isinstance(payload, str) else json.dumps(payload)
        return self.connector.notify(body.encode(), sent, fault)

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
