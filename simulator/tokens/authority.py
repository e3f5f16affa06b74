"""An issuer of RS256 JWTs that publishes its keys as a JWKS: Sage ID, and the bank's identity provider."""

import time
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

type Claims = dict[str, Any]

PROVIDER_API_AUDIENCE = "https://provider-api.simulator.example"
NOTIFICATION_AUDIENCE = "https://connector.simulator.example"
KEY_BITS = 2048


class InvalidTokenError(Exception):
    """The token is not valid: wrong signature, issuer or audience, expired or revoked."""


class TokenAuthority:
    """The signing keys of one issuer, and the tokens that it issued and revoked."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._keys = [_new_key()]
        self._issued: set[str] = set()
        self._revoked: set[str] = set()

    @property
    def key(self) -> RSAKey:
        """The current signing key."""
        return self._keys[-1]

    def claims(self, audience: str, subject: str, seconds: int) -> Claims:
        """Return the claims of a token that is issued now and lives so many seconds."""
        now = int(time.time())
        identifier = str(uuid4())
        self._issued.add(identifier)
        return {
            "iss": self.issuer,
            "sub": subject,
            "aud": audience,
            "iat": now,
            "exp": now + seconds,
            "jti": identifier,
        }

    def sign(self, claims: Claims) -> str:
        """Sign claims with the current key."""
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, self.key)

    def issue(self, audience: str, subject: str, seconds: int) -> str:
        """Issue a token."""
        return self.sign(self.claims(audience, subject, seconds))

    def verify(self, token: str, audience: str) -> Claims:
        """Return a token's claims. Raises InvalidTokenError."""
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, KeySet(list(self._keys)), algorithms=["RS256"]).claims
            registry.validate(claims)
        except (JoseError, ValueError) as error:
            raise InvalidTokenError(str(error)) from error
        if claims.get("jti") in self._revoked:
            raise InvalidTokenError("The token is revoked")
        return claims

    def jwks(self) -> dict[str, Any]:
        """Return the public keys."""
        return dict(KeySet(list(self._keys)).as_dict(private=False))

    def rotate(self, *, keep_previous: bool) -> str:
        """Create a new signing key; return its id.

        Without `keep_previous`, tokens that older keys signed become invalid.
        """
        self._keys = [*(self._keys if keep_previous else []), _new_key()]
        return str(self.key.kid)

    def revoke(self, token: str) -> None:
        """Revoke a token. Raises InvalidTokenError if this issuer did not sign the token."""
        try:
            claims = jwt.decode(token, KeySet(list(self._keys)), algorithms=["RS256"]).claims
        except (JoseError, ValueError) as error:
            raise InvalidTokenError(str(error)) from error
        self._revoked.add(str(claims.get("jti")))

    def revoke_all(self) -> int:
        """Revoke every token that was issued; return their number."""
        fresh = self._issued - self._revoked
        self._revoked |= fresh
        return len(fresh)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(KEY_BITS, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)
