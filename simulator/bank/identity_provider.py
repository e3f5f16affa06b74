"""The bank's identity provider: authorisation codes and id tokens (OpenID Connect Core 1.0, section 3.1)."""

import hashlib
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.bank.customers import OTHER_CUSTOMERS_ACCOUNT, Behaviour, Customer
from simulator.tokens.authority import TokenAuthority
from simulator.tokens.forgery import Forgery, forge

ID_TOKEN_SECONDS = 300
CODE_SECONDS = 60


@dataclass(frozen=True)
class Request:
    """A client's request to the authorisation endpoint."""

    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    code_challenge: str


@dataclass(frozen=True)
class Grant:
    """The customer and the request that belong to a code."""

    request: Request
    customer: Customer
    signed_in_at: int


@dataclass
class Defects:
    """Defects of the id tokens, for tests: claims to replace (None removes a claim), and a forged signature."""

    claims: dict[str, Any] = field(default_factory=dict)
    forgery: Forgery | None = None


class IdentityProvider:
    """Issues codes and id tokens."""

    def __init__(self, issuer: str, accounts: Callable[[], list[str]]) -> None:
        self.authority = TokenAuthority(issuer)
        self._accounts = accounts
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Delete every code and every defect."""
        with self._lock:
            self.defects = Defects()
            self._grants: dict[str, Grant] = {}
            self._has_failed: set[str] = set()

    def grant(self, request: Request, customer: Customer) -> str:
        """Create a code for a customer who has signed in."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._grants[code] = Grant(request, customer, int(time.time()))
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant | None:
        """Return the grant of a code, once (RFC 6749 section 4.1.2) and for its verifier (RFC 7636 section 4.6)."""
        with self._lock:
            grant = self._grants.pop(code, None)
        if grant is None or time.time() > grant.signed_in_at + CODE_SECONDS:
            return None
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        requested = (grant.request.client_id, grant.request.redirect_uri, grant.request.code_challenge)
        return grant if requested == (client_id, redirect_uri, challenge) else None

    def fails_this_time(self, customer: Customer) -> bool:
        """Return whether this sign-in fails. For a SLOW or FAILING customer every second one does, from the first."""
        if customer.behaviour not in {Behaviour.SLOW, Behaviour.FAILING}:
            return False
        with self._lock:
            fails = customer.user_name not in self._has_failed
            self._has_failed ^= {customer.user_name}
            return fails

    def id_token(self, grant: Grant) -> str:
        """Return the id token, with the customer's accounts in the claim `accounts`."""
        holds_another = grant.customer.behaviour is Behaviour.OTHER_ACCOUNT
        claims = self.authority.claims(grant.request.client_id, grant.customer.user_name, ID_TOKEN_SECONDS) | {
            "nonce": grant.request.nonce,
            "auth_time": grant.signed_in_at,
            "accounts": [OTHER_CUSTOMERS_ACCOUNT] if holds_another else self._accounts(),
        }
        claims = {name: value for name, value in (claims | self.defects.claims).items() if value is not None}
        if self.defects.forgery:
            return forge(self.authority, claims, self.defects.forgery)
        return self.authority.sign(claims)
