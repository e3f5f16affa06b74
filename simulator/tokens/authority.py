"""Issue, verify and revoke Sage ID tokens: RS256 JWTs whose keys are published as a JWKS."""

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
    """The token is not one that this issuer stands by, for this audience, now."""


class TokenAuthority:
    """Sage ID's signing keys and what it has signed with them."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._keys = [_new_key()]
        self._issued: set[str] = set()
        self._revoked: set[str] = set()

    @property
    def key(self) -> RSAKey:
        """The key that signs now."""
        return self._keys[-1]

    def claims(self, audience: str, subject: str, seconds: int) -> Claims:
        """Make the claims of a token that begins now."""
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
        """Publish the public keys."""
        return dict(KeySet(list(self._keys)).as_dict(private=False))

    def rotate(self, *, keep_previous: bool) -> str:
        """Sign with a new key from now on; return its id.

        Without `keep_previous`, what older keys signed is no longer valid.
        """
        self._keys = [*(self._keys if keep_previous else []), _new_key()]
        return str(self.key.kid)

    def revoke(self, token: str) -> None:
        """Stop standing by a token. Raises InvalidTokenError if this issuer never signed it."""
        try:
            claims = jwt.decode(token, KeySet(list(self._keys)), algorithms=["RS256"]).claims
        except (JoseError, ValueError) as error:
            raise InvalidTokenError(str(error)) from error
        self._revoked.add(str(claims.get("jti")))

    def revoke_all(self) -> int:
        """Stop standing by every token issued so far; return how many they were."""
        fresh = self._issued - self._revoked
        self._revoked |= fresh
        return len(fresh)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(KEY_BITS, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)
