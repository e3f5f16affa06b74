"""Banking Service, as far as an event needs it: the simulated one, or the operator in the role of the real one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import requests

from cli.check.target import DEFAULT_REDIRECT_URI, NAVIGATION, TIMEOUT_SECONDS, Target, notification
from cli.check.tokens import OperatorTokens, SimulatorTokens
from cli.errors import explained_aws_errors
from cli.stack import Stack
from local.machine.errors import LocalError
from local.stack.control import Control
from simulator.loopback import session


class BankingService(Protocol):
    """Starts re-authorisations."""

    def notification_headers(self) -> dict[str, str]:
        """Return the headers with which Banking Service authenticates."""

    def start(self) -> dict[str, str]:
        """Notify the deployed connector of an authorisation; return the query of its GET /authrefresh."""

    def open(self, query: Mapping[str, str]) -> requests.Response:
        """GET /authrefresh of the deployed connector, as a browser that navigates."""


@dataclass(frozen=True)
class SimulatedBankingService:
    """The simulator of `make local`. Each authorisation is of a new account."""

    control: Control
    header_name: str
    header_value: str
    api_url: str

    def notification_headers(self) -> dict[str, str]:
        """Return the headers with a token of the simulated Sage ID."""
        token = SimulatorTokens(self.control.url).valid()
        return {self.header_name: self.header_value, "Authorization": f"Bearer {token}"}

    def account(self, status: str) -> dict[str, Any]:
        """Link a new account."""
        new = {"externalId": f"invoke-{uuid4().hex[:8]}", "name": "Current account", "status": status}
        linked: dict[str, Any] = self.control.post("/accounts", new)
        return linked

    def start(self) -> dict[str, str]:
        """Start the re-authorisation of a new account."""
        started = self.control.post("/start", {"bankAccountId": self.account("authRequired")["bankAccountId"]})
        return dict(parse_qsl(urlsplit(started["authrefresh_url"]).query))

    def open(self, query: Mapping[str, str]) -> requests.Response:
        """GET /authrefresh."""
        with session() as http:
            return http.get(f"{self.api_url}/authrefresh", params=query, headers=NAVIGATION, timeout=TIMEOUT_SECONDS)


@dataclass(frozen=True)
class Operator:
    """Acts as Banking Service before a stack on AWS: with the header of the stack's secret, and a token from Sage."""

    target: Target

    def notification_headers(self) -> dict[str, str]:
        """Return the headers with the operator's token."""
        return self.target.authentication_headers()

    def start(self) -> dict[str, str]:
        """Notify the connector of an authorisation that Sage does not know."""
        authorisation_id = str(uuid4())
        response = self.target.notify(notification(authorisation_id))
        if not response.ok:
            raise LocalError(f"The connector answers the notification with {response.status_code}: {response.text}")
        return self.target.query(authorisation_id)

    def open(self, query: Mapping[str, str]) -> requests.Response:
        """GET /authrefresh."""
        return self.target.open_page(query["authorisation_id"], query, navigates=True)


def banking_service(stack: Stack, token: str | None, header_name: str) -> BankingService:
    """Choose who starts re-authorisations. Raise LocalError without a token for a stack on AWS."""
    if sage := stack.outputs.get("simulator"):
        return SimulatedBankingService(
            Control(sage["control"]["url"]),
            sage["notification"]["header_name"],
            sage["credentials"]["notification_header_value"],
            stack.output("ApiUrl"),
        )
    if not token:
        raise LocalError("A stack on AWS needs a Sage ID token as Banking Service sends it: set CONNECTOR_TOKEN.")
    secrets = stack.session.client("secretsmanager", endpoint_url=stack.endpoint)
    with explained_aws_errors():
        text = secrets.get_secret_value(SecretId=stack.output("NotificationSecretArn"))["SecretString"]
    value = json.loads(text)["notification_header_value"]
    url = stack.output("ApiUrl")
    return Operator(Target(url, header_name, value, OperatorTokens(token), DEFAULT_REDIRECT_URI))
