"""`connector show`: the history of one re-authorisation, oldest event first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from cli.commands.history import sentence
from cli.context import Context
from cli.errors import NegativeResultError, explained_aws_errors
from cli.output import table, timestamp
from cli.stack import Stack
from connector.reauth_requests.model import RequestRecord
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.session.authorisation import Authorisation
from connector.session.store import DynamoDBStore

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
            "history": [{name: value for name, value in event.items() if name != "id"} for event in self.history],
        }


EPILOG = """\b
Examples
  connector show a7d66d27-e9ab-40b4-850a-447a541ca263
  connector --json show a7d66d27-e9ab-40b4-850a-447a541ca263 | jq .state
"""


@click.command(epilog=EPILOG)
@click.argument("id_", metavar="ID")
@click.pass_obj
def show(context: Context, id_: str) -> None:
    """Print the history of a re-authorisation.

    The history has the request, the customer's journey, the delivery and the confirmation.

    ID is Sage's authorisation id, or Sage's bankAccountId for the last request of that account. The connector learns
    the account of an authorisation when it confirms the account, about a minute after the delivery. Until then the
    history of an authorisation lacks the request.
    """
    with explained_aws_errors():
        found = _find(context.stack, id_)
    if not found.history:
        raise NegativeResultError(f"Nothing is known of {id_}.")
    context.output.show(found.described(), _as_text(found))


def _find(stack: Stack, id_: str) -> Reauthorisation:
    sessions = DynamoDBStore(stack.dynamodb, stack.output("AuthorisationsTable"))
    requests = DynamoDBRequestRepository(stack.dynamodb, stack.output("RequestsTable"))
    session = sessions.find(id_.lower())
    account = session.account_id if session else id_
    return Reauthorisation(session, requests.find(account) if account else None)


def _as_text(found: Reauthorisation) -> str:
    fields = {name: value for name, value in found.described().items() if name != "history" and value is not None}
    lines = [f"{name:<16}{value}" for name, value in fields.items()]
    began = int(found.history[0]["at"])
    rows = [(timestamp(int(event["at"])), _after(int(event["at"]) - began), sentence(event)) for event in found.history]
    return "\n".join([*lines, "", table(("when", "after", "event"), rows)])


def _after(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds / 1000, 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02.0f} s" if minutes else f"{seconds:.1f} s"
