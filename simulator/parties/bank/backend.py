"""The backend that the connector's `steps` authenticator calls: docs/authenticator-api.yaml."""

import hmac
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from simulator.bank.journeys import OverloadedError, UnknownJourneyError
from simulator.bank.systems import Bank
from simulator.rules.refusals import ValidationError
from simulator.wire.body import Body


class NewJourney(Body):
    """POST /v1/journeys."""

    model_config = ConfigDict(alias_generator=to_camel)

    authorisation_id: str = Field(min_length=36, max_length=36)
    external_id: str = Field(min_length=1)
    bank_id: str | None = None
    locale: str = Field(min_length=2)
    expires_at: str


class Answers(Body):
    """POST /v1/journeys/{journeyId}/answers."""

    answers: dict[str, str]


def routes(bank: Bank) -> Blueprint:
    """Return the routes."""
    api = Blueprint("backend", __name__, url_prefix="/v1/journeys")

    @api.before_request
    def only_the_connector() -> tuple[Response, int] | None:
        known = f"Bearer {bank.credentials.authenticator_api_key}"
        if hmac.compare_digest(request.headers.get("Authorization", "").encode(), known.encode()):
            return None
        return _error(401, "unauthorized", "The API key is missing or wrong.")

    @api.post("")
    def begin() -> tuple[Response, int]:
        body = NewJourney.read(request.get_data())
        journey = bank.journeys.begin(_key(), body.external_id, body.locale)
        return _response(journey.journey_id, journey.step), 201

    @api.post("/<journey_id>/answers")
    def answer(journey_id: str) -> Response:
        given = Answers.read(request.get_data()).answers
        return _response(journey_id, bank.journeys.answer(journey_id, _key(), given))

    @api.get("/<journey_id>")
    def current(journey_id: str) -> Response:
        return _response(journey_id, bank.journeys.current(journey_id).step)

    @api.delete("/<journey_id>")
    def cancel(journey_id: str) -> tuple[str, int]:
        bank.journeys.cancel(journey_id)
        return "", 204

    @api.errorhandler(UnknownJourneyError)
    def unknown(_: UnknownJourneyError) -> tuple[Response, int]:
        return _error(404, "unknown_journey", "There is no such journey.")

    @api.errorhandler(OverloadedError)
    def overloaded(_: OverloadedError) -> tuple[Response, int]:
        return _error(503, "overloaded", "Try again later.")

    @api.errorhandler(ValidationError)
    def malformed(error: ValidationError) -> tuple[Response, int]:
        return _error(400, "malformed", str(error))

    return api


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise ValidationError("Idempotency-Key is missing")
    return key


def _response(journey_id: str, step: dict[str, Any]) -> Response:
    return jsonify(journeyId=journey_id, step=step)


def _error(status: int, code: str, message: str) -> tuple[Response, int]:
    return jsonify(error={"code": code, "message": message}), status
