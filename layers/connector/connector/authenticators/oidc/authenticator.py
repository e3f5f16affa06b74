"""`oidc`: the provider's identity provider proves who the customer is (OpenID Connect Core 1.0, code flow, PKCE S256).

Neither nonce nor PKCE verifier is stored. Both are derived from the callback's `state`, with the client secret as the
key. The session stores only the SHA-256 of `state`: neither the URL alone nor the table alone is enough to derive them.
"""

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256

from connector.authenticators.configuration import Configuration
from connector.authenticators.oidc.id_token import IdTokenCheck, InvalidIdTokenError
from connector.authenticators.oidc.provider import CodeRejectedError, IdentityProvider, ProviderClient
from connector.authenticators.oidc.userinfo import InvalidUserinfoError, UserinfoCheck
from connector.authenticators.port import (
    Answer,
    Answers,
    Ask,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    CameBack,
    Cancelled,
    Denied,
    Field,
    Granted,
    Kind,
    SendTo,
    Visit,
)
from connector.runtime.observability import logger
from connector.runtime.settings import ConfigurationError

_TEMPORARY = {"server_error", "temporarily_unavailable"}
_SIGNING_IN = "\x00"
"""Replaces an earlier proof where the customer signs in anew. No account is named so."""


class Oidc(Authenticator):
    """A relying party. Its redirect URI is one fixed URL: `{PublicUrl}/completion/callback`."""

    def __init__(self, configuration: Configuration, clock: Callable[[], float] = time.time) -> None:
        super().__init__(configuration)
        settings = configuration.settings
        if not settings.authenticator_url:
            raise ConfigurationError("Authenticator=oidc needs AuthenticatorUrl, the issuer of your identity provider")
        self._clock = clock
        self._provider = IdentityProvider(settings.authenticator_url, settings.authenticator_timeout_seconds, clock)

    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Send the customer to sign in."""
        client_id, secret = self._client()
        url = self._provider.client(client_id, secret, visit.callback_url).authorisation_url(
            state=visit.callback_state,
            nonce=_derived("nonce", visit.callback_state, secret),
            code_verifier=_derived("verifier", visit.callback_state, secret),
            scope=self.settings.oidc_scopes,
            max_age=self.settings.oidc_max_age_seconds,
            ui_locales=visit.locale,
        )
        return SendTo(url=url, memory=_SIGNING_IN)

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Check what came back with the customer. Then ask for a confirmation, on a page that names the account.

        The page of the identity provider names no account, so the sign-in alone is no agreement.
        """
        if isinstance(answer, CameBack):
            return self._came_back(visit, answer.query)
        if isinstance(answer, Answers) and visit.memory == visit.external_id:
            return Granted(frozenset({visit.external_id}))
        raise AuthenticatorUnavailableError("only a callback or a confirmation is expected")

    def _came_back(self, visit: Visit, query: Mapping[str, str]) -> AuthenticatorResult:
        """Redeem the code, and check the id token."""
        if not self._is_from_the_issuer(visit, query.get("iss")):
            return _refused("an answer of another issuer, or without iss (RFC 9207)")
        if (error := query.get("error")) is not None:
            return _error_response(error)
        if not query.get("code"):
            return _refused("a callback without a code")
        try:
            claims = self._claims(visit, query)
        except (CodeRejectedError, InvalidIdTokenError, InvalidUserinfoError) as reason:
            return _refused(str(reason))
        accounts = _accounts(claims.get(self.settings.oidc_account_claim))
        if visit.external_id not in accounts:
            return Granted(accounts)
        return Ask(fields=(Field(name="confirm", kind=Kind.CONFIRMATION),), memory=visit.external_id)

    def _claims(self, visit: Visit, query: Mapping[str, str]) -> Mapping[str, object]:
        client_id, secret = self._client()
        callback_state = query["state"]
        provider = self._provider.client(client_id, secret, visit.callback_url)
        tokens = provider.redeem(query["code"], _derived("verifier", callback_state, secret))
        check = IdTokenCheck(
            issuer=self.settings.authenticator_url,
            client_id=client_id,
            nonce=_derived("nonce", callback_state, secret),
            max_age=self.settings.oidc_max_age_seconds,
            now=int(self._clock()),
        )
        claims = check(tokens, provider.keys)
        if self.settings.oidc_account_claim in claims:
            return claims
        return self._userinfo(provider, tokens, claims)

    def _userinfo(
        self, provider: ProviderClient, tokens: Mapping[str, object], claims: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return userinfo's claims: by default many providers put claims of the deployer's own there only."""
        access_token = tokens.get("access_token")
        answer = provider.userinfo(access_token) if isinstance(access_token, str) else None
        if answer is None:
            return claims
        check = UserinfoCheck(
            issuer=self.settings.authenticator_url, client_id=self._client()[0], subject=claims.get("sub")
        )
        return check(answer, provider.keys)

    def _is_from_the_issuer(self, visit: Visit, named: str | None) -> bool:
        """Compare the issuer that a callback names; it may be missing if discovery does not promise it."""
        if named is None:
            return not self._provider.client(*self._client(), visit.callback_url).sends_issuer()
        return named == self.settings.authenticator_url

    def _client(self) -> tuple[str, str]:
        return self.secret.get("oidc_client_id"), self.secret.get("oidc_client_secret")


def _derived(purpose: str, callback_state: str, secret: str) -> str:
    """Return 43 characters (256 bits): the least length of a verifier (RFC 7636, section 4.1)."""
    digest = hmac.new(secret.encode(), f"{purpose}:{callback_state}".encode(), sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _error_response(error: str) -> AuthenticatorResult:
    """Return what follows an error response (RFC 6749, 4.1.2.1)."""
    if error == "access_denied":
        return Cancelled()
    if error in _TEMPORARY:
        raise AuthenticatorUnavailableError("the identity provider is temporarily unavailable")
    return _refused("the identity provider refused the request")


def _refused(reason: str) -> Denied:
    logger.warning("not authenticated", extra={"reason": reason})
    return Denied(final=False)


def _accounts(claim: object) -> frozenset[str]:
    """Read the claim that names the customer's accounts: a string or a list of them."""
    named = claim if isinstance(claim, list) else [claim]
    accounts = frozenset(account for account in named if isinstance(account, str))
    if not accounts:
        logger.warning("neither id token nor userinfo names an account: is OidcAccountClaim right?")
    return accounts
