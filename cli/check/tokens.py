"""Sage ID tokens for the check: a good one, and those that no careful connector accepts."""

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

SECONDS = 10
ALL = ("expired", "other audience", "alg none", "HS256 with the public key", "unknown key", "changed claims")


class Tokens(Protocol):
    """Where tokens come from."""

    def good(self) -> str:
        """Return a token such as Banking Service sends."""

    def bad(self, kind: str) -> str | None:
        """Return a token of one of the kinds of ALL; None where none can be had from here."""


@dataclass(frozen=True)
class SimulatorTokens:
    """The simulator mints any."""

    control_url: str

    def good(self) -> str:
        """Mint one."""
        return self._mint()

    def bad(self, kind: str) -> str | None:
        """Mint one of that kind."""
        wanted: Mapping[str, Any] = {
            "expired": {"expires_in": -3600},
            "other audience": {"audience": "https://another.example/"},
            "alg none": {"forgery": "none"},
            "HS256 with the public key": {"forgery": "HS256"},
            "unknown key": {"forgery": "unknown-key"},
        }
        return self._mint(**wanted[kind]) if kind in wanted else changed(self.good())

    def _mint(self, **wanted: Any) -> str:  # noqa: ANN401 - the control API's
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(f"{self.control_url}/sage-id/tokens", json=wanted, timeout=SECONDS)
        answer.raise_for_status()
        return str(answer.json()["token"])


@dataclass(frozen=True)
class OperatorTokens:
    """The operator has a real one; the others are made of it, but for those that only Sage ID could sign."""

    token: str | None = None
    command: str | None = None

    def good(self) -> str:
        """Return the token, or what the command prints."""
        if self.token:
            return self.token
        # The operator's own command line, on the operator's own machine.
        ran = subprocess.run(self.command or "", shell=True, check=True, capture_output=True, text=True)  # noqa: S602
        return ran.stdout.strip()

    def bad(self, kind: str) -> str | None:
        """Make one of that kind, where that needs no key of Sage ID's."""
        good = self.good()
        makers = {"alg none": unsigned, "HS256 with the public key": confused, "unknown key": foreign}
        makers["changed claims"] = changed
        return makers[kind](good) if kind in makers else None


def unsigned(token: str) -> str:
    """Take its signature away (RFC 8725 section 2.1)."""
    header, claims = _parts(token)
    return f"{_write({**header, 'alg': 'none'})}.{_write(claims)}."


def confused(token: str) -> str:
    """Sign it with the public key as if that were a shared secret (likewise)."""
    header, claims = _parts(token)
    keys = requests.get(f"{claims['iss']}.well-known/jwks.json", timeout=SECONDS).json()["keys"]
    key = RSAKey.import_key(next(key for key in keys if key["kid"] == header["kid"]))
    signed = f"{_write({**header, 'alg': 'HS256'})}.{_write(claims)}"
    return f"{signed}.{_encode(digest(key.as_pem(private=False), signed.encode(), sha256))}"


def foreign(token: str) -> str:
    """Sign it with a key that Sage ID does not have."""
    header, claims = _parts(token)
    key = RSAKey.generate_key(2048, auto_kid=True)
    return jwt.encode({**header, "alg": "RS256", "kid": str(key.kid)}, claims, key)


def changed(token: str) -> str:
    """Make it say more than was signed."""
    header, claims = _parts(token)
    return f"{_write(header)}.{_write({**claims, 'sub': 'somebody-else'})}.{token.rpartition('.')[2]}"


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = token.split(".")
    return _read(header), _read(claims)


def _read(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _write(part: Mapping[str, Any]) -> str:
    return _encode(json.dumps(part).encode())


def _encode(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
