"""The identity provider's endpoints: discovery, keys, tokens. Authlib speaks the protocol, within our time limits."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
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
from connector.web.jwks import Jwks, KeysUnavailableError

_BASIC, _POST = "client_secret_basic", "client_secret_post"
_MOVED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
"""Statuses of the token endpoint that mean: it is elsewhere, or accepts another authentication of the client."""
FRESH_SECONDS = 3600
"""How long the metadata is used before discovery reads it again."""


REREAD_SECONDS = 10
"""Where the provider refuses what its metadata said, they are read again unless they are younger than this."""


class CodeRejectedError(Exception):
    """The token endpoint does not accept the code."""


class ProviderRefusedError(AuthenticatorUnavailableError):
    """The provider refuses what its metadata said: they may have changed."""


class UnknownKeyError(ProviderRefusedError):
    """A token names a key that the provider does not publish. `keys` are those that it publishes."""

    def __init__(self, keys: KeySet) -> None:
        super().__init__("a token names a key that the provider does not publish")
        self.keys = keys


class Metadata(BaseModel):
    """The members of OpenID Connect Discovery 1.0, section 3, that the connector needs."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)
    authorization_response_iss_parameter_supported: bool = False
    """Whether every callback has the parameter `iss` (RFC 9207, section 3)."""

    @property
    def auth_method(self) -> str:
        """How the client authenticates at the token endpoint. Raise ProviderRefusedError."""
        for method in (_BASIC, _POST):
            if method in self.token_endpoint_auth_methods_supported:
                return method
        raise ProviderRefusedError(f"the token endpoint accepts neither {_BASIC} nor {_POST}")


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
        session.register_compliance_hook("access_token_response", _refuse_moved)
        return ProviderClient(self, bound(session, self._seconds, altogether=True))

    def metadata(self, session: requests.Session, fresh_seconds: float = FRESH_SECONDS) -> Metadata:
        """Return the metadata, at most so old. Raise AuthenticatorUnavailableError."""
        if self._metadata is None or self._clock() - self._read_at > fresh_seconds:
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
        try:
            return self.with_metadata(session, lambda metadata: self._keys(session, key_id, metadata.jwks_uri))
        except UnknownKeyError as unknown:
            return unknown.keys

    def with_metadata[Result](self, session: requests.Session, use: Callable[[Metadata], Result]) -> Result:
        """Return what `use` makes of the metadata; where it raises ProviderRefusedError and they changed, once more."""
        metadata = self.metadata(session)
        try:
            return use(metadata)
        except ProviderRefusedError:
            current = self.metadata(session, REREAD_SECONDS)
            if current == metadata:
                raise
            return use(current)

    def _keys(self, session: requests.Session, key_id: str | None, url: str) -> KeySet:
        try:
            found = self._jwks.keys(key_id, lambda: _get_json(session, url))
        except KeysUnavailableError as error:
            raise ProviderRefusedError(str(error)) from None
        if key_id is not None and all(key.kid not in (key_id, None) for key in found):
            raise UnknownKeyError(found)
        return found


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

    def sends_issuer(self) -> bool:
        """Tell whether every callback has the parameter `iss`. Raise AuthenticatorUnavailableError."""
        # A provider that sent `iss` and does not any more is believed only where its metadata say so now.
        return all(
            self.provider.metadata(self.session, seconds).authorization_response_iss_parameter_supported
            for seconds in (FRESH_SECONDS, REREAD_SECONDS)
        )

    def redeem(self, code: str, code_verifier: str) -> Mapping[str, Any]:
        """Exchange the code for tokens. Raise CodeRejectedError, or AuthenticatorUnavailableError."""
        grant = {"grant_type": "authorization_code", "code": code, "code_verifier": code_verifier}
        return self.provider.with_metadata(self.session, lambda metadata: self._tokens(metadata, grant))

    def _tokens(self, metadata: Metadata, grant: Mapping[str, str]) -> Mapping[str, Any]:
        self.session.token_endpoint_auth_method = metadata.auth_method
        try:
            tokens: Mapping[str, Any] = self.session.fetch_token(metadata.token_endpoint, **grant)
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise CodeRejectedError("the code is not accepted") from None
            raise ProviderRefusedError("the token endpoint refuses the client") from None
        except (requests.RequestException, ValueError) as error:
            raise AuthenticatorUnavailableError(f"the token endpoint cannot be used: {type(error).__name__}") from None
        return tokens

    def userinfo(self, access_token: str) -> requests.Response | None:
        """Return userinfo's answer with status 200; None: there is no userinfo. Raise AuthenticatorUnavailableError."""
        endpoint = self.provider.metadata(self.session).userinfo_endpoint
        if endpoint is None:
            return None
        try:
            answer = self.session.request(
                "GET",
                endpoint,
                withhold_token=True,
                headers={"Authorization": f"Bearer {access_token}"},
            )
        except requests.RequestException as error:
            raise AuthenticatorUnavailableError(f"userinfo cannot be read: {type(error).__name__}") from None
        if answer.status_code != HTTPStatus.OK:
            raise AuthenticatorUnavailableError(f"userinfo answered {answer.status_code}")
        return answer

    def keys(self, key_id: str | None) -> KeySet:
        """Return the keys that sign id tokens. Raise AuthenticatorUnavailableError."""
        return self.provider.keys(self.session, key_id)


def _get_json(session: requests.Session, url: str) -> object:
    """GET a document without any token. Raise requests.RequestException."""
    # Without `withhold_token`, Authlib's session adds a token to every request.
    return read_json(session.request("GET", url, withhold_token=True))  # type: ignore[call-arg]  # Authlib's own


def _refuse_moved(answer: requests.Response) -> requests.Response:
    """Raise ProviderRefusedError for an answer that shows that the metadata may have changed."""
    if answer.status_code in _MOVED:
        raise ProviderRefusedError(f"the token endpoint answered {answer.status_code}")
    return answer


def _basic(client: ClientAuth, _: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
    """Add the client's Basic authentication: client id and secret are form-encoded first (RFC 6749, section 2.3.1).

    Authlib does not encode them. The identity provider decodes them, so that a `+` or `%` would change the secret.
    """
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return uri, headers, body
