"""The bank's identity provider: authorisation codes and id tokens (OpenID Connect Core 1.0, section 3.1)."""

import hashlib
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulator.bank.customers import ANOTHER_ACCOUNT, Customer, Habit
from simulator.tokens.authority import TokenAuthority
from simulator.tokens.forgery import Forgery, forge

ID_TOKEN_SECONDS = 300
CODE_SECONDS = 60


@dataclass(frozen=True)
class Request:
    """What a client asked at the authorisation endpoint."""

    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    code_challenge: str


@dataclass(frozen=True)
class Grant:
    """What a code stands for."""

    request: Request
    customer: Customer
    signed_in_at: int


@dataclass
class Spoilt:
    """What is wrong with the id tokens, for tests: claims to replace (None: left out), and a forged signature."""

    claims: dict[str, Any] = field(default_factory=dict)
    forgery: Forgery | None = None


class Identity:
    """Signs customers in and tells a client who they are."""

    def __init__(self, issuer: str, accounts: Callable[[], list[str]]) -> None:
        self.authority = TokenAuthority(issuer)
        self._accounts = accounts
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget every code, and let id tokens be right again."""
        with self._lock:
            self.spoilt = Spoilt()
            self._grants: dict[str, Grant] = {}
            self._has_failed: set[str] = set()

    def grant(self, request: Request, customer: Customer) -> str:
        """Make a code for a customer who has just signed in."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._grants[code] = Grant(request, customer, int(time.time()))
        return code

    def redeem(self, code: str, client_id: str, redirect_uri: str, verifier: str) -> Grant | None:
        """Take a code, which serves once (RFC 6749, 4.1.2), for the client that proves it asked (RFC 7636, 4.6)."""
        with self._lock:
            grant = self._grants.pop(code, None)
        if grant is None or time.time() > grant.signed_in_at + CODE_SECONDS:
            return None
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = (grant.request.client_id, grant.request.redirect_uri, grant.request.code_challenge)
        return grant if asked == (client_id, redirect_uri, challenge) else None

    def is_troubled(self, customer: Customer) -> bool:
        """Tell whether it goes wrong for a customer this time: of theirs every second time does."""
        if customer.habit not in {Habit.SLOW, Habit.FAILING}:
            return False
        with self._lock:
            troubled = customer.user_name not in self._has_failed
            self._has_failed ^= {customer.user_name}
            return troubled

    def id_token(self, grant: Grant) -> str:
        """Say who signed in, and which accounts they hold."""
        stranger = grant.customer.habit is Habit.STRANGER
        claims = self.authority.claims(grant.request.client_id, grant.customer.user_name, ID_TOKEN_SECONDS) | {
            "nonce": grant.request.nonce,
            "auth_time": grant.signed_in_at,
            "accounts": [ANOTHER_ACCOUNT] if stranger else self._accounts(),
        }
        claims = {name: value for name, value in (claims | self.spoilt.claims).items() if value is not None}
        if self.spoilt.forgery:
            return forge(self.authority, claims, self.spoilt.forgery)
        return self.authority.sign(claims)
