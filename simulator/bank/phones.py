"""The customers' phones: codes by text message, and approval requests in the bank's app."""

import secrets
import threading
from dataclasses import dataclass, replace
from enum import StrEnum

CODE_DIGITS = 6


class Decision(StrEnum):
    """The customer's decision on a request."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Request:
    """An approval request in the app."""

    request_id: str
    decision: Decision = Decision.PENDING


class Phones:
    """All phones, by user name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._codes: dict[str, str] = {}
        self._requests: dict[str, list[Request]] = {}

    def send_code(self, user_name: str) -> str:
        """Send a new code and return it."""
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        with self._lock:
            self._codes[user_name] = code
        return code

    def code(self, user_name: str) -> str | None:
        """Return the last code."""
        return self._codes.get(user_name)

    def request_approval(self, user_name: str) -> str:
        """Create a request; return its id."""
        request = Request(secrets.token_hex(8))
        with self._lock:
            self._requests.setdefault(user_name, []).append(request)
        return request.request_id

    def requests(self, user_name: str) -> list[Request]:
        """List the requests, oldest first."""
        with self._lock:
            return list(self._requests.get(user_name, ()))

    def decision(self, user_name: str, request_id: str) -> Decision:
        """Return the customer's decision on a request."""
        return next(found.decision for found in self.requests(user_name) if found.request_id == request_id)

    def decide(self, user_name: str, request_id: str, decision: Decision) -> None:
        """Approve or refuse a pending request. A decision is final."""
        with self._lock:
            self._requests[user_name] = [
                replace(found, decision=decision)
                if found.request_id == request_id and found.decision is Decision.PENDING
                else found
                for found in self._requests.get(user_name, ())
            ]
