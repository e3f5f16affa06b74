"""The identity provider's endpoints: discovery, keys, tokens. Authlib speaks the protocol, within our time limits."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2 import ClientAuth
from authlib.oidc.discovery import get_well_known_url
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from connector.authenticators.port import AuthenticatorUnavailableError
from connector.runtime.bounded_http import bound, is_safe, read_json
from connector.runtime.jwks import Jwks, KeysUnavailableError

_BASIC = "client_secret_basic"
FRESH_SECONDS = 3600
"""How long the metadata is used before discovery reads it again."""


class CodeRejectedError(Exception):
    """The token endpoint does not accept the code."""


class Metadata(BaseModel):
    """The members of OpenID Connect Discovery 1.0, section 3, that the connector needs."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)

    @property
    def auth_method(self) -> str:
        """How the client authenticates at the token endpoint."""
        return _BASIC if _BASIC in self.token_endpoint_auth_methods_supported else "client_secret_post"


class IdentityProvider:
    """One issuer. Metadata and keys are cached for as long as the Lambda environment exists."""

    def __init__(self, issuer: str, seconds: float, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._seconds = seconds
        self._clock = clock
        self._metadata: Metadata | None = None
        # Id tokens come from the token endpoint: nobody else can invent a key id. After a failure customers retry.
        self._jwks = Jwks(clock, refetch_seconds=0, attempts=1)
        self._read_at = float("-inf")

    def client(self, client_id: str, secret: str, redirect_uri: str) -> "ProviderClient":
        """Return a client for one request of a customer; all its calls together take at most `seconds`."""
        session = OAuth2Session(client_id, secret, redirect_uri=redirect_uri, code_challenge_method="S256")
        session.register_client_auth_method((_BASIC, _basic))
        return ProviderClient(self, bound(session, self._seconds, altogether=True))

    def metadata(self, session: requests.Session) -> Metadata:
        """Return the metadata. Raise AuthenticatorUnavailableError."""
        if self._metadata is None or self._clock() - self._read_at > FRESH_SECONDS:
            url = get_well_known_url(self._issuer, external=True)
            try:
                found = Metadata.model_validate(_get_json(session, url))
            except ValidationError as error:
                raise AuthenticatorUnavailableError(f"discovery lacks {error.errors()[0]['loc'][0]}") from None
            except requests.RequestException as error:
                raise AuthenticatorUnavailableError(
                    f"the identity provider cannot be reached: {type(error).__name__}"
                ) from None
            # Discovery 1.0, section 4.3: the issuer must be exactly the configured one.
            if found.issuer != self._issuer or not is_safe(found.authorization_endpoint):
                raise AuthenticatorUnavailableError("the metadata names another issuer, or an endpoint without https")
            self._metadata, self._read_at = found, self._clock()
        return self._metadata

    def keys(self, session: requests.Session, key_id: str | None) -> KeySet:
        """Return the keys that sign id tokens. Raise AuthenticatorUnavailableError."""
        url = self.metadata(session).jwks_uri
        try:
            return self._jwks.keys(key_id, lambda: _get_json(session, url))
        except KeysUnavailableError as error:
            raise AuthenticatorUnavailableError(str(error)) from None


@dataclass(frozen=True, slots=True)
class ProviderClient:
    """The calls to the identity provider that one request of a customer needs."""

    provider: IdentityProvider
    session: OAuth2Session

    def authorisation_url(self, **parameters: Any) -> str:  # noqa: ANN401 - parameters of OpenID Connect, which Authlib passes on
        """Return the URL to send the customer to. Raise AuthenticatorUnavailableError."""
        endpoint = self.provider.metadata(self.session).authorization_endpoint
        url, _ = self.session.create_authorization_url(endpoint, **parameters)
        return str(url)

    def redeem(self, code: str, code_verifier: str) -> Mapping[str, Any]:
        """Exchange the code for tokens. Raise CodeRejectedError, or AuthenticatorUnavailableError."""
        metadata = self.provider.metadata(self.session)
        self.session.token_endpoint_auth_method = metadata.auth_method
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": code_verifier}
        try:
            tokens: Mapping[str, Any] = self.session.fetch_token(metadata.token_endpoint, **grant)
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise CodeRejectedError("the code is not accepted") from None
            raise AuthenticatorUnavailableError("the token endpoint refuses the client") from None
        except (requests.RequestException, ValueError) as error:
            raise AuthenticatorUnavailableError(f"the token endpoint cannot be used: {type(error).__name__}") from None
        return tokens

    def keys(self, key_id: str | None) -> KeySet:
        """Return the keys that sign id tokens. Raise AuthenticatorUnavailableError."""
        return self.provider.keys(self.session, key_id)


def _get_json(session: requests.Session, url: str) -> object:
    """GET a document without any token. Raise requests.RequestException."""
    # Without `withhold_token`, Authlib's session adds a token to every request.
    return read_json(session.request("GET", url, withhold_token=True))  # type: ignore[call-arg]  # Authlib's own


def _basic(client: ClientAuth, _: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
    """Add the client's Basic authentication: client id and secret are form-encoded first (RFC 6749, section 2.3.1).

    Authlib does not encode them. The identity provider decodes them, so that a `+` or `%` would change the secret.
    """
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return uri, headers, body
