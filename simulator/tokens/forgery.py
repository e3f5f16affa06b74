"""Forged tokens, for tests. JWT libraries refuse to make them."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from typing import Literal

from joserfc import jwt
from joserfc.jwk import RSAKey

from simulator.tokens.authority import KEY_BITS, Claims, TokenAuthority

type Forgery = Literal["none", "HS256", "unknown-key", "stolen-key-id"]


def forge(authority: TokenAuthority, claims: Claims, forgery: Forgery) -> str:
    """Make a token that a verifier must refuse.

    `none`: not signed (RFC 8725 section 2.1). `HS256`: signed with the public key as the shared secret (the same
    section). `unknown-key`: signed with a key that is not published. `stolen-key-id`: signed with such a key, under the
    id of a published key.
    """
    key_id = str(authority.key.kid)
    if forgery == "none":
        return f"{_signing_input({'alg': 'none', 'kid': key_id}, claims)}."
    if forgery == "HS256":
        signing_input = _signing_input({"alg": "HS256", "kid": key_id, "typ": "JWT"}, claims)
        secret = authority.key.as_pem(private=False)
        signature = hmac.digest(secret, signing_input.encode(), hashlib.sha256)
        return f"{signing_input}.{_encode(signature)}"
    key = RSAKey.generate_key(KEY_BITS, auto_kid=True)
    named = key_id if forgery == "stolen-key-id" else str(key.kid)
    return jwt.encode({"alg": "RS256", "kid": named, "typ": "JWT"}, claims, key)


def _signing_input(header: Claims, claims: Claims) -> str:
    return ".".join(_encode(json.dumps(part).encode()) for part in (header, claims))


def _encode(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()
