"""Whether a notification really comes from Banking Service: the shared header and the Sage ID token, both.

Sage: providers "must validate the API key header and Sage ID token sent in any notification".
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import not_

import requests
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, KeySet

from connector.aws.vault import Vault, retry_refused
from connector.notification.shared_header import SharedHeader
from connector.runtime.bounded_http import bound, read_json
from connector.web.jwks import Jwks

CLOCK_SKEW_SECONDS = 60
JWKS_SECONDS = 3.0
"""For one request of Sage ID's keys."""


class NotAuthenticatedError(Exception):
    """The caller did not prove to be Banking Service. The message is for our log, never for the caller."""


class _Registry(jws.JWSRegistry):
    """A token's header may hold members that we do not know (RFC 7515 section 4), such as a chain of certificates."""

    max_header_length = 8192


_REGISTRY = _Registry(algorithms=["RS256"], strict_check_header=False)
"""RS256 and nothing else: neither `none` nor a signature by the public key as a shared secret (HS256)."""


@dataclass(frozen=True, kw_only=True)
class NotificationVerifier:
    """Checks both proofs of a notification."""

    header_name: str
    issuer: str
    audience: str
    client: str
    """Of Banking Service at Sage ID; empty: any client that gets tokens for this audience is accepted."""
    shared_header: Vault[SharedHeader]
    jwks: Jwks
    jwks_url: str
    clock: Callable[[], float]

    def check(self, headers: Mapping[str, str]) -> None:
        """Check both proofs. `headers` has names in lower case.

        Raise NotAuthenticatedError where one is missing or wrong; KeysUnavailableError, ConfigurationError or
        ServiceUnavailableError where it cannot be checked now.
        """
        self._check_header(headers.get(self.header_name.lower(), ""))
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticatedError("no bearer token")
        self._check_token(token.strip())

    def _check_header(self, value: str) -> None:
        if not retry_refused(
            self.shared_header.get(), self.shared_header.reload, lambda shared: _is_shared(value, shared), refused=not_
        ):
            raise NotAuthenticatedError("the shared header is missing or wrong")

    def _check_token(self, token: str) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self.clock()),
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, self._keys, registry=_REGISTRY).claims
            registry.validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise NotAuthenticatedError(f"the token is not valid: {type(error).__name__}") from error
        if self.client and self.client not in (claims.get("azp"), claims.get("sub")):
            raise NotAuthenticatedError("the token is another client's")

    def _keys(self, token: GuestProtocol) -> KeySet:
        key_id = token.headers().get("kid")
        if not isinstance(key_id, str):
            raise NotAuthenticatedError("the token names no key")
        return self.jwks.keys(key_id, self._fetch)

    def _fetch(self) -> object:
        return read_json(bound(requests.Session(), JWKS_SECONDS).get(self.jwks_url))


def _is_shared(value: str, shared: SharedHeader) -> bool:
    """Compare in constant time with the current value and, during a rotation, the previous one."""
    current = hmac.compare_digest(value.encode(), shared.notification_header_value.encode())
    previous = shared.notification_header_value_previous
    return current | (previous is not None and hmac.compare_digest(value.encode(), previous.encode()))
