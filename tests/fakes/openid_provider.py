"""An OpenID provider on loopback that a test changes: endpoints, keys, client authentication, claims, userinfo."""

import base64
import json
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.fakes.http_server import Received, Reply, http_server

CLIENT_ID, CLIENT_SECRET = "connector", "a+b%3D /c"  # public: they protect nothing


def _key(key_id: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": key_id, "use": "sig", "alg": "RS256"})


@dataclass
class OpenIdProvider:
    """Everyone signs in successfully. `claims` and `userinfo` are added to what the specification demands."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: _key("key-1"))
    path: str = "/v1"
    """The prefix of every endpoint but discovery."""
    auth_method: str = "client_secret_basic"
    metadata: dict[str, Any] = field(default_factory=dict)
    """Replaces members of the discovery document; None removes one."""
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    userinfo_reply: Reply | None = None
    seen: Counter[str] = field(default_factory=Counter)
    """Requests by the last part of the path."""
    _nonces: dict[str, str] = field(default_factory=dict)
    _access_tokens: set[str] = field(default_factory=set)

    def rotate(self, key_id: str) -> None:
        """Replace the signing key."""
        self.key = _key(key_id)

    def sign_in(self, url: str) -> dict[str, str]:
        """Return the query with which the customer comes back from the authorisation endpoint."""
        query = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_urlsafe(16)
        self._nonces[code] = query["nonce"]
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def signed(self, claims: Mapping[str, Any], **header: str) -> str:
        """Return a JWT of the provider."""
        return jwt.encode({"alg": "RS256", "kid": str(self.key.kid)} | header, dict(claims), self.key)

    def reply(self, received: Received) -> Reply:
        """Answer a request."""
        path = urlsplit(received.path).path
        self.seen[path.rpartition("/")[2]] += 1
        endpoints = {
            "/.well-known/openid-configuration": self._discovery,
            f"{self.path}/jwks": lambda _: Reply(200, KeySet([self.key]).as_dict(private=False)),
            f"{self.path}/token": self._token,
            f"{self.path}/userinfo": self._userinfo,
        }
        return endpoints[path](received) if path in endpoints else Reply(404, {})

    def _discovery(self, _: Received) -> Reply:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}{self.path}/authorize",
            "token_endpoint": f"{self.issuer}{self.path}/token",
            "userinfo_endpoint": f"{self.issuer}{self.path}/userinfo",
            "jwks_uri": f"{self.issuer}{self.path}/jwks",
            "token_endpoint_auth_methods_supported": [self.auth_method],
        } | self.metadata
        return Reply(200, {name: value for name, value in found.items() if value is not None})

    def _token(self, received: Received) -> Reply:
        form = {name: values[0] for name, values in parse_qs(received.body.decode()).items()}
        if not self._is_the_client(received, form):
            return Reply(401, {"error": "invalid_client"})
        if form.get("code") not in self._nonces:
            return Reply(400, {"error": "invalid_grant"})
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "anna", "aud": CLIENT_ID, "iat": now, "exp": now + 300, "auth_time": now}
        claims |= {"nonce": self._nonces.pop(form["code"])}
        access_token = secrets.token_urlsafe(16)
        self._access_tokens.add(access_token)
        issued = {"access_token": access_token, "token_type": "Bearer", "expires_in": 60}
        return Reply(200, issued | {"id_token": self.signed(claims | self.claims)})

    def _is_the_client(self, received: Received, form: Mapping[str, str]) -> bool:
        if self.auth_method == "client_secret_post":
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if self.auth_method != "client_secret_basic":
            return False
        kind, _, value = received.headers.get("Authorization", "").partition(" ")
        pair = base64.b64decode(value).decode().partition(":") if kind == "Basic" else ("", "", "")
        return (unquote_plus(pair[0]), unquote_plus(pair[2])) == (CLIENT_ID, CLIENT_SECRET)

    def _userinfo(self, received: Received) -> Reply:
        if received.headers.get("Authorization", "").removeprefix("Bearer ") not in self._access_tokens:
            return Reply(401, {"error": "invalid_token"})
        if self.userinfo_reply:
            return self.userinfo_reply
        return Reply(200, json.dumps({"sub": "anna"} | self.userinfo).encode())


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """Serve until the context ends."""
    provider = OpenIdProvider()
    with http_server(provider.reply) as url:
        provider.issuer = url
        yield provider
