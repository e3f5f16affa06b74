"""Sage ID tokens for the check: a valid token, and tokens that a connector must refuse."""

import json
import subprocess
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from typing import Any, Protocol

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from cli.errors import StackUnavailableError

TIMEOUT_SECONDS = 10
INVALID_KINDS = (
    *("expired", "other audience", "alg none"),
    *("HS256 with the public key", "unknown key", "changed claims"),
)


class Tokens(Protocol):
    """The source of the tokens."""

    def valid(self) -> str:
        """Return a token as Banking Service sends it."""

    def invalid(self, kind: str) -> str | None:
        """Return an invalid token of a kind in INVALID_KINDS, or None if this source cannot make one."""


@dataclass(frozen=True)
class SimulatorTokens:
    """The simulator's control API mints tokens of every kind."""

    control_url: str

    def valid(self) -> str:
        """Mint a valid token."""
        return self._mint()

    def invalid(self, kind: str) -> str | None:
        """Mint an invalid token."""
        properties: Mapping[str, Any] = {
            "expired": {"expires_in": -3600},
            "other audience": {"audience": "https://another.example/"},
            "alg none": {"forgery": "none"},
            "HS256 with the public key": {"forgery": "HS256"},
            "unknown key": {"forgery": "unknown-key"},
        }
        return self._mint(**properties[kind]) if kind in properties else with_changed_claims(self.valid())

    def _mint(self, **properties: Any) -> str:  # noqa: ANN401 - the JSON of the control API
        with requests.Session() as session:
            session.trust_env = False
            response = session.post(f"{self.control_url}/sage-id/tokens", json=properties, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        return str(response.json()["token"])


@dataclass(frozen=True)
class OperatorTokens:
    """The operator has a valid token. The invalid ones are made from it, without those that need Sage ID's key."""

    token: str | None = None
    command: str | None = None

    def valid(self) -> str:
        """Return the token, or the output of the command."""
        if self.token:
            return self.token
        ran = subprocess.run(self.command or "", shell=True, check=False, capture_output=True, text=True)  # noqa: S602 - the operator's own command line, on the operator's machine
        if ran.returncode or not ran.stdout.strip():
            last = (ran.stderr.strip().splitlines() or ["it printed nothing"])[-1]
            raise StackUnavailableError(f"--token-command gave no token: {last}")
        return ran.stdout.strip()

    def invalid(self, kind: str) -> str | None:
        """Make an invalid token if that needs no key of Sage ID."""
        makers = {
            "alg none": unsigned,
            "HS256 with the public key": signed_with_public_key,
            "unknown key": signed_with_unknown_key,
            "changed claims": with_changed_claims,
        }
        return makers[kind](self.valid()) if kind in makers else None


def unsigned(token: str) -> str:
    """Remove the signature and name the algorithm "none" (RFC 8725 section 2.1)."""
    header, claims = _parts(token)
    return f"{_write({**header, 'alg': 'none'})}.{_write(claims)}."


def signed_with_public_key(token: str) -> str:
    """Sign the token with HS256 and the public RSA key as the shared secret (RFC 8725 section 2.1)."""
    header, claims = _parts(token)
    keys = requests.get(f"{claims['iss']}.well-known/jwks.json", timeout=TIMEOUT_SECONDS).json()["keys"]
    key = RSAKey.import_key(next(key for key in keys if key["kid"] == header["kid"]))
    signed = f"{_write({**header, 'alg': 'HS256'})}.{_write(claims)}"
    return f"{signed}.{_encode(digest(key.as_pem(private=False), signed.encode(), sha256))}"


def signed_with_unknown_key(token: str) -> str:
    """Sign the token with a key that Sage ID does not publish."""
    header, claims = _parts(token)
    key = RSAKey.generate_key(2048, auto_kid=True)
    return jwt.encode({**header, "alg": "RS256", "kid": str(key.kid)}, claims, key)


def with_changed_claims(token: str) -> str:
    """Change a claim and keep the old signature."""
    header, claims = _parts(token)
    return f"{_write(header)}.{_write({**claims, 'sub': 'somebody-else'})}.{token.rpartition('.')[2]}"


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        header, claims, _ = token.split(".")
        return _read(header), _read(claims)
    except ValueError:
        raise StackUnavailableError("The token is not a signed JWT with three parts.") from None


def _read(part: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content


def _write(part: Mapping[str, Any]) -> str:
    return _encode(json.dumps(part).encode())


def _encode(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
