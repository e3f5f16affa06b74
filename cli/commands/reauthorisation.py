"""A re-authorisation as the tables have it: the provider's request and the customer's authorisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cli.accounts import find_account
from cli.output import iso
from cli.stack import Stack
from connector.reauth_requests.model import RequestRecord, RequestStatus
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.session.authorisation import Authorisation, State
from connector.session.store import DynamoDBStore

_ENDED_REQUESTS = set(RequestStatus) - {RequestStatus.REQUESTED, RequestStatus.POSTED}

type Event = Mapping[str, Any]


@dataclass(frozen=True)
class Reauthorisation:
    """An authorisation, the provider's request that led to the authorisation, or both."""

    authorisation: Authorisation | None
    request: RequestRecord | None

    @property
    def history(self) -> list[Event]:
        """Every event, oldest first."""
        session_events = self.authorisation.history if self.authorisation else ()
        return sorted([*self._request_events(), *session_events], key=lambda event: int(event["at"]))

    def _request_events(self) -> list[Event]:
        """Return the events of the last request before the session began. An account can have had several requests."""
        events = list(self.request.history) if self.request else []
        begins = [n for n, event in enumerate(events) if event["event"] == "requested"]
        if not self.authorisation or not self.authorisation.history or not begins:
            return events
        session_began = self.authorisation.history[0]["at"]
        earlier = [n for n in begins if events[n]["at"] <= session_began]
        if not earlier:
            return []
        end = next((n for n in begins if n > earlier[-1]), len(events))
        return events[earlier[-1] : end]

    def described(self) -> dict[str, object]:
        """Return the fields for JSON output. Internal fields, such as hashes and leases, are left out."""
        session, request = self.authorisation, self.request
        return {
            "authorisationId": session.authorisation_id if session else None,
            "state": session.state.value if session else None,
            "outcome": session.outcome.value if session and session.outcome else None,
            "reason": session.reason if session else None,
            "accountStatus": session.account_status if session else None,
            "deliveryReason": session.delivery_reason if session else None,
            "externalId": session.external_id if session else None,
            "bankAccountId": request.bank_account_id if request else session.account_id if session else None,
            "bankId": request.bank_id if request else session.bank_id if session else None,
            "request": request.request_status.value if request else None,
            "history": [described_event(event) for event in self.history],
        }

    def ended(self, now: float) -> bool:
        """Tell whether nothing more will happen. `now` is in seconds since the epoch."""
        session = self.authorisation
        if session is None:
            return self.request is not None and self.request.request_status in _ENDED_REQUESTS
        match session.state:
            case State.NOTIFIED | State.OPENED:
                return session.expires_at <= now
            case State.DECIDED:
                return not session.undelivered
            case State.DELIVERED:
                return session.confirm_due is None
        return True

    @property
    def succeeded(self) -> bool:
        """Whether the account is authorised again or, without an authorisation, can be re-authorised."""
        if self.authorisation is None:
            return self.request is not None and self.request.request_status is RequestStatus.ACCEPTED
        return any(event["event"] == "confirmed" for event in self.authorisation.history)


def described_event(event: Event) -> dict[str, object]:
    """Return an event for JSON output: its time as text (ISO 8601), its details in camel case."""
    details = {_camel(name): value for name, value in event.items() if name not in {"id", "at"}}
    return {"at": iso(int(event["at"])), **details}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


def find(stack: Stack, id_: str) -> Reauthorisation:
    """Find by Sage's authorisation id, or by an account. May raise the errors of the AWS SDK."""
    sessions = DynamoDBStore(stack.dynamodb, stack.output("AuthorisationsTable"))
    requests = DynamoDBRequestRepository(stack.dynamodb, stack.output("RequestsTable"))
    session = sessions.find(id_.lower())
    if session:
        found = find_account(stack, session.external_id) if session.external_id and not session.account_id else None
        account = session.account_id or (found.bank_account_id if found else None)
    else:
        found = find_account(stack, id_)
        account = found.bank_account_id if found else id_
    return Reauthorisation(session, requests.find(account) if account else None)
