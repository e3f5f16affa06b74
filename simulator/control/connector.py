"""Routes that register the connector, start a re-authorisation and send any notification."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field, HttpUrl

from simulator.banking_service import BankingService
from simulator.wire.body import Body


class Registration(Body):
    """The full URLs of the connector's two endpoints.

    `recorded`: browsers reach the connector through the simulator's gateway, which records their requests.
    """

    notification_url: HttpUrl
    authrefresh_url: HttpUrl
    recorded: bool = False


class Start(Body):
    """A re-authorisation to start without a browser. `redirect` defaults to the product's landing page."""

    bank_account_id: str = Field(alias="bankAccountId")
    redirect: str | None = None


class Notification(Body):
    """A notification to send.

    A string is sent unchanged, any other `payload` as JSON. `headers` replaces the usual headers; null removes one.
    """

    payload: Any
    headers: dict[str, str | None] = Field(default_factory=dict)


def routes(banking_service: BankingService, landing_url: str) -> Blueprint:
    """Return the routes."""
    api = Blueprint("connector", __name__)

    @api.put("/connector")
    def register() -> tuple[str, int]:
        urls = Registration.read(request.get_data())
        banking_service.connector.register(
            str(urls.notification_url), str(urls.authrefresh_url), recorded=urls.recorded
        )
        return "", 204

    @api.post("/start")
    def start() -> Response:
        body = Start.read(request.get_data())
        landing = f"{landing_url}?account={body.bank_account_id}"
        authorisation = banking_service.start(body.bank_account_id, body.redirect or landing)
        return jsonify(
            authorisation_id=authorisation.authorisation_id,
            state=authorisation.state,
            redirect_uri=authorisation.redirect_uri,
            authrefresh_url=banking_service.authrefresh_url(authorisation),
            bankAccountId=authorisation.bank_account_id,
            bankId=authorisation.bank_id,
            externalId=authorisation.external_id,
        )

    @api.post("/notify")
    def notify() -> Response:
        body = Notification.read(request.get_data())
        answer = banking_service.notify(body.payload, body.headers)
        return jsonify(status=answer.status_code, headers=dict(answer.headers), body=answer.text)

    return api
