"""What Banking Service does between the product and the provider when an account is reconnected."""

import json
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from simulator.credentials import Credentials
from simulator.rules.records import Authorisation
from simulator.rules.world import World
from simulator.settings import Dials
from simulator.tokens.authority import NOTIFICATION_AUDIENCE, TokenAuthority
from simulator.wire.connector import Connector, ConnectorError

NOTIFICATION_HEADER = "x-api-key"
SUBJECT = "banking-service"


@dataclass
class BankingService:
    """Starts re-authorisations and tells the provider about them."""

    world: World
    dials: Dials
    authority: TokenAuthority
    credentials: Credentials
    connector: Connector

    def start(self, bank_account_id: str, redirect_uri: str) -> Authorisation:
        """Begin a re-authorisation and notify the provider, at once or after the set delay.

        Raises what World.start_authorisation does, and ConnectorError when the notification was
        not accepted. Sage does not say what it does then.
        """
        authorisation = self.world.start_authorisation(bank_account_id, redirect_uri)
        delay = self.dials.current.notification_delay_seconds
        if delay:
            timer = threading.Timer(delay, self._notify_late, [authorisation])
            timer.daemon = True
            timer.start()
            return authorisation
        answer = self.notify(started(authorisation))
        if not answer.ok:
            raise ConnectorError(f"POST notification was answered {answer.status_code}")
        return authorisation

    def _notify_late(self, authorisation: Authorisation) -> None:
        try:
            self.notify(started(authorisation))
        except ConnectorError:
            # Nobody is waiting any more; the record of exchanges has it.
            return

    def notify(
        self,
        payload: Any,  # noqa: ANN401 - any JSON
        headers: dict[str, str | None] | None = None,
    ) -> requests.Response:
        """Send a notification, authenticated as Sage documents it.

        `payload` is JSON, or a string that is sent as it is. `headers` replace the usual ones; one
        that is None is left out. Raises ConnectorError if there is no answer.
        """
        token = self.authority.issue(NOTIFICATION_AUDIENCE, SUBJECT, self.dials.current.token_seconds)
        usual: dict[str, str | None] = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            NOTIFICATION_HEADER: self.credentials.notification_header_value,
        }
        replaced = {name.lower() for name in headers or {}}
        kept = {name: value for name, value in usual.items() if name.lower() not in replaced}
        sent = {k: v for k, v in (kept | (headers or {})).items() if v is not None}
        body = payload if isinstance(payload, str) else json.dumps(payload)
        return self.connector.notify(body.encode(), sent)

    def authrefresh_url(self, authorisation: Authorisation) -> str:
        """Make the URL that a customer is sent to. Raises ConnectorError."""
        return f"{self.connector.authrefresh_url}?{authrefresh_query(authorisation)}"


def started(authorisation: Authorisation) -> dict[str, Any]:
    """Make the notification that a re-authorisation has started, as the flow's page shows it."""
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
    """Make the query of GET /authrefresh: the endpoint's page lists these five parameters."""
    return urlencode(
        {
            "bankaccount": authorisation.bank_id,
            "authorisation_id": authorisation.authorisation_id,
            "redirect_uri": authorisation.redirect_uri,
            "state": authorisation.state,
            "externalId": authorisation.external_id,
        }
    )
