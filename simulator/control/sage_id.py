"""Routes that control Sage ID: its keys, tokens and the client secret."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from simulator.banking_service import SUBJECT, BankingService
from simulator.rules.refusals import ValidationError
from simulator.tokens.authority import NOTIFICATION_AUDIENCE, InvalidTokenError
from simulator.tokens.forgery import Forgery, forge
from simulator.wire.body import Body


class Mint(Body):
    """The properties of a token. The default is a valid notification token.

    `expires_in` is in seconds and can be negative. `claims` replaces or adds claims; null removes one.
    """

    audience: str = NOTIFICATION_AUDIENCE
    expires_in: int | None = None
    claims: dict[str, Any] = Field(default_factory=dict)
    forgery: Forgery | None = None


class Revocation(Body):
    """The token to revoke. Without one, every issued token is revoked."""

    token: str | None = None


class Rotation(Body):
    """Whether tokens signed with earlier keys remain valid."""

    keep_previous: bool = True


class Secret(Body):
    """The new client secret. Without one, a random secret is created."""

    client_secret: str | None = None


def routes(banking_service: BankingService) -> Blueprint:
    """Return the routes."""
    authority = banking_service.authority
    api = Blueprint("sage_id", __name__, url_prefix="/sage-id")

    @api.post("/tokens")
    def mint() -> tuple[Response, int]:
        body = Mint.read(request.get_data() or b"{}")
        lifetime = banking_service.settings.current.token_seconds
        seconds = lifetime if body.expires_in is None else body.expires_in
        is_notification = body.audience == NOTIFICATION_AUDIENCE
        subject = SUBJECT if is_notification else banking_service.credentials.client_id
        claims = authority.claims(body.audience, subject, seconds) | body.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        token = forge(authority, claims, body.forgery) if body.forgery else authority.sign(claims)
        return jsonify(token=token), 201

    @api.post("/revocations")
    def revoke() -> Response:
        body = Revocation.read(request.get_data() or b"{}")
        if body.token is None:
            return jsonify(revoked=authority.revoke_all())
        try:
            authority.revoke(body.token)
        except InvalidTokenError as error:
            raise ValidationError(str(error)) from error
        return jsonify(revoked=1)

    @api.post("/keys")
    def rotate_key() -> tuple[Response, int]:
        body = Rotation.read(request.get_data() or b"{}")
        return jsonify(kid=authority.rotate(keep_previous=body.keep_previous)), 201

    @api.get("/client-secret")
    def client_secret() -> Response:
        return jsonify(client_secret=banking_service.credentials.client_secret)

    @api.post("/client-secret")
    def rotate_client_secret() -> tuple[Response, int]:
        body = Secret.read(request.get_data() or b"{}").client_secret
        secret = banking_service.credentials.rotate_client_secret(body)
        return jsonify(client_secret=secret), 201

    return api
