"""The endpoints of the bank's identity provider: discovery, keys, sign-in page, token endpoint."""

import hmac
import time
from typing import Any
from urllib.parse import unquote_plus, urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from simulator.bank.customers import Behaviour, identify
from simulator.bank.identity_provider import Grant, IdentityProvider, Request
from simulator.bank.systems import IDENTITY_PATH, Bank
from simulator.bank.texts import text

ACCESS_SECONDS = 60
PARAMETERS = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")


def routes(bank: Bank) -> Blueprint:
    """Return the routes."""
    site = Blueprint("identity", __name__, url_prefix=IDENTITY_PATH)
    identity = bank.identity
    issuer = identity.authority.issuer

    @site.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(_metadata(issuer))

    @site.get("/jwks.json")
    def jwks() -> Response:
        return jsonify(identity.authority.jwks())

    @site.get("/authorize")
    def authorise() -> str:
        return _page(_client_request(request.args, bank))

    @site.post("/authorize")
    def sign_in() -> str | AnyResponse:
        return _signed_in(identity, _client_request(request.form, bank))

    @site.post("/token")
    def token() -> tuple[Response, int]:
        if not _is_known_client(bank):
            return jsonify(error="invalid_client"), 401
        if request.form.get("grant_type") != "authorization_code":
            return jsonify(error="unsupported_grant_type"), 400
        values = [request.form.get(name, "") for name in ("code", "redirect_uri", "code_verifier")]
        grant = identity.redeem(values[0], bank.credentials.oidc_client_id, *values[1:])
        return _issued(bank, grant) if grant else (jsonify(error="invalid_grant"), 400)

    return site


def _signed_in(identity: IdentityProvider, client_request: Request) -> str | AnyResponse:
    if request.form.get("do") == "cancel":
        return _redirect(client_request, identity.authority.issuer, error="access_denied")
    customer = identify(request.form.get("user", ""), request.form.get("password", ""))
    if customer is None:
        return _page(client_request, text("wrong", "en"))
    if customer.behaviour is Behaviour.LOCKED:
        return _page(client_request, text("locked", "en"))
    return _redirect(client_request, identity.authority.issuer, code=identity.grant(client_request, customer))


def _metadata(issuer: str) -> dict[str, Any]:
    """Return the provider's metadata (OpenID Connect Discovery 1.0 section 3)."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks.json",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid"],
        "claims_supported": ["sub", "auth_time", "accounts"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }


def _issued(bank: Bank, grant: Grant) -> tuple[Response, int]:
    identity = bank.identity
    if identity.fails_this_time(grant.customer):
        if grant.customer.behaviour is Behaviour.FAILING:
            return jsonify(error="temporarily_unavailable"), 503
        time.sleep(bank.slow_seconds())
    access_token = identity.authority.issue(identity.authority.issuer, grant.customer.user_name, ACCESS_SECONDS)
    issued = {"access_token": access_token, "token_type": "Bearer", "expires_in": ACCESS_SECONDS}
    return jsonify(**issued, id_token=identity.id_token(grant)), 200


def _client_request(values: MultiDict[str, str], bank: Bank) -> Request:
    """Read the client's request. A wrong request gets an error page, not a redirect (RFC 6749 section 4.1.2.1)."""
    wrong = [name for name in PARAMETERS if not values.get(name)]
    wrong += ["client_id"] if values.get("client_id") != bank.credentials.oidc_client_id else []
    wrong += ["redirect_uri"] if values.get("redirect_uri") != bank.callback_url else []
    wrong += ["response_type"] if values.get("response_type") != "code" else []
    wrong += ["scope"] if "openid" not in values.get("scope", "").split() else []
    wrong += ["code_challenge_method"] if values.get("code_challenge_method") != "S256" else []
    if wrong:
        raise BadRequest(f"missing or wrong: {', '.join(wrong)}")
    return Request(**{name: values[name] for name in PARAMETERS})


def _page(client_request: Request, error: str = "") -> str:
    hidden_fields: dict[str, Any] = {name: getattr(client_request, name) for name in PARAMETERS}
    hidden_fields |= {"response_type": "code", "scope": "openid", "code_challenge_method": "S256"}
    return render_template("bank/sign_in.html", hidden_fields=hidden_fields, error=error)


def _redirect(client_request: Request, issuer: str, **outcome: str) -> AnyResponse:
    """Redirect the customer to the client, with the issuer's name (RFC 9207)."""
    return redirect(
        f"{client_request.redirect_uri}?{urlencode(outcome | {'state': client_request.state, 'iss': issuer})}", 303
    )


def _is_known_client(bank: Bank) -> bool:
    """Check the client's Basic authentication, whose two values are form-encoded (RFC 6749 section 2.3.1)."""
    sent, known = request.authorization, bank.credentials
    if sent is None:
        return False
    client_id, secret = (unquote_plus(value or "") for value in (sent.username, sent.password))
    return _same(client_id, known.oidc_client_id) and _same(secret, known.oidc_client_secret)


def _same(sent: str, known: str) -> bool:
    return hmac.compare_digest(sent.encode(), known.encode())
