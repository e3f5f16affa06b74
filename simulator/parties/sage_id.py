"""Sage ID: POST /oauth/token, its public keys and its discovery document."""

import hmac
from typing import Any

from flask import Response, jsonify, request

from simulator.banking_service import BankingService
from simulator.rules.rate_limit import RateLimit
from simulator.tokens.authority import PROVIDER_API_AUDIENCE
from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party

REQUIRED = ("grant_type", "client_id", "client_secret", "audience")
SECONDS_PER_MINUTE = 60


def create(exchanges: Exchanges, banking_service: BankingService) -> Party:
    """Return the application."""
    authority, credentials = banking_service.authority, banking_service.credentials
    app = Party("sage_id", exchanges, caller="connector")
    limit = RateLimit(SECONDS_PER_MINUTE)

    @app.post("/oauth/token")
    def token() -> Response:
        sent = _parameters()
        missing = [name for name in REQUIRED if not sent.get(name)]
        if missing:
            return _error(400, "invalid_request", f"missing: {', '.join(missing)}")
        if sent["grant_type"] != "client_credentials":
            return _error(400, "unsupported_grant_type", "only client_credentials is supported")
        if not (
            _same(sent["client_id"], credentials.client_id) and _same(sent["client_secret"], credentials.client_secret)
        ):
            return _error(401, "invalid_client", "unknown client_id or wrong client_secret")
        if sent["audience"] != PROVIDER_API_AUDIENCE:
            return _error(403, "access_denied", "this client has no access to this audience")
        settings = banking_service.settings.current
        if not limit.allows(sent["client_id"], settings.sage_id_tokens_per_minute):
            return _error(429, "too_many_requests", "reuse the token until it expires")
        issued: dict[str, Any] = {
            "access_token": authority.issue(PROVIDER_API_AUDIENCE, sent["client_id"], settings.token_seconds),
            "token_type": "Bearer",
        }
        if settings.expires_in:
            issued["expires_in"] = settings.token_seconds
        response = jsonify(issued)
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/.well-known/jwks.json")
    def jwks() -> Response:
        return jsonify(authority.jwks())

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=authority.issuer,
            token_endpoint=f"{authority.issuer}oauth/token",
            jwks_uri=f"{authority.issuer}.well-known/jwks.json",
            grant_types_supported=["client_credentials"],
            id_token_signing_alg_values_supported=["RS256"],
        )

    return app


def _parameters() -> dict[str, str]:
    """Read the parameters of a JSON or form body. Any other body has none."""
    if not request.is_json:
        return request.form.to_dict()
    sent = request.get_json(silent=True)
    return {k: v for k, v in sent.items() if isinstance(v, str)} if isinstance(sent, dict) else {}


def _same(sent: str, known: str) -> bool:
    return hmac.compare_digest(sent.encode(), known.encode())


def _error(status: int, error: str, description: str) -> Response:
    """Return an error response (RFC 6749 section 5.2)."""
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    return response
