"""The validation of an id token (OpenID Connect Core 1.0, section 3.1.3.7)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures with the identity provider's private key. Never `none`, never HS256 (its key is the client secret)."""
LEEWAY_SECONDS = 60


class InvalidIdTokenError(Exception):
    """The id token is not valid. The message quotes nothing of it."""


type Keys = Callable[[str | None], KeySet]
"""Returns the issuer's keys, for a token that names the given key id or no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdTokenCheck:
    """The required content of a sign-in's id token. `max_age` is in seconds, `now` in seconds since the epoch."""

    issuer: str
    client_id: str
    nonce: str
    max_age: int
    now: int

    def __call__(self, tokens: Mapping[str, Any], keys: Keys) -> Mapping[str, object]:
        """Return the claims. Raise InvalidIdTokenError, and what `keys` raises."""
        text = tokens.get("id_token")
        if not isinstance(text, str):
            raise InvalidIdTokenError("no id token")
        try:
            token = jwt.decode(text, lambda signed: keys(signed.headers().get("kid")), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                    "nonce": {"essential": True, "value": self.nonce},
                    "auth_time": {"essential": True},
                },
                params={
                    "nonce": self.nonce,
                    "client_id": self.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=self.now, leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError) as error:
            claim = getattr(error, "claim", None)
            raise InvalidIdTokenError(
                f"the id token: {type(error).__name__}{f' of {claim}' if claim else ''}"
            ) from None
        if claims["auth_time"] < self.now - self.max_age - LEEWAY_SECONDS:
            raise InvalidIdTokenError("the customer signed in too long ago")
        return dict(claims)
