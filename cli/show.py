"""`connector show`: the whole story of one re-authorisation, in the order of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from cli.output import moment, table
from cli.problem import Negative, explained
from cli.words import tell
from connector.reauth_requests.model import RequestRecord
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.session.authorisation import Authorisation
from connector.session.store import DynamoDBStore

if TYPE_CHECKING:
    from cli.main import Context

type Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """An authorisation, the request that led to it, or both."""

    authorisation: Authorisation | None
    request: RequestRecord | None

    @property
    def history(self) -> list[Entry]:
        """Every step, oldest first."""
        of_session = list(self.authorisation.history) if self.authorisation else []
        return sorted([*self._of_request(of_session), *of_session], key=lambda entry: int(entry["at"]))

    def _of_request(self, of_session: Sequence[Entry]) -> list[Entry]:
        """Take the last request that was made before the session began; an account may have had others."""
        entries = list(self.request.history) if self.request else []
        begins = [n for n, entry in enumerate(entries) if entry["event"] == "requested"]
        if not of_session or not begins:
            return entries
        earlier = [n for n in begins if entries[n]["at"] <= of_session[0]["at"]]
        if not earlier:
            return []
        end = next((n for n in begins if n > earlier[-1]), len(entries))
        return entries[earlier[-1] : end]

    def described(self) -> dict[str, object]:
        """Return it for programs. What only the connector itself may know is left out."""
        session, request = self.authorisation, self.request
        return {
            "authorisationId": session.authorisation_id if session else None,
            "state": session.state.value if session else None,
            "outcome": session.outcome.value if session and session.outcome else None,
            "externalId": session.external_id if session else None,
            "bankAccountId": request.bank_account_id if request else session.account_id if session else None,
            "bankId": request.bank_id if request else session.bank_id if session else None,
            "request": request.request_status.value if request else None,
            "history": [{name: value for name, value in entry.items() if name != "id"} for entry in self.history],
        }


EPILOG = """\b
Examples
  connector show a7d66d27-e9ab-40b4-850a-447a541ca263
  connector --json show a7d66d27-e9ab-40b4-850a-447a541ca263 | jq .state
"""


@click.command(epilog=EPILOG)
@click.argument("id_", metavar="ID")
@click.pass_obj
def show(context: "Context", id_: str) -> None:
    """Print the history of an authorisation, from the request that led to it to its confirmation.

    ID is Sage's authorisation id, or its bankAccountId: then it is the story of that account's last request. The two
    are known to belong together once the account was confirmed.
    """
    with explained():
        story = _find(context, id_)
    if not story.history:
        raise Negative(f"Nothing is known of {id_}.")
    context.output.show(story.described(), _page(story))


def _find(context: "Context", id_: str) -> Story:
    stack = context.stack
    sessions = DynamoDBStore(stack.dynamodb, stack.output("AuthorisationsTable"))
    requests = DynamoDBRequestRepository(stack.dynamodb, stack.output("RequestsTable"))
    session = sessions.find(id_.lower())
    account = session.account_id if session else id_
    return Story(session, requests.find(account) if account else None)


def _page(story: Story) -> str:
    described = story.described()
    heads = [f"{name:<16}{described[name]}" for name in described if name != "history" and described[name] is not None]
    began = int(story.history[0]["at"])
    rows = [(moment(int(entry["at"])), _after(int(entry["at"]) - began), tell(entry)) for entry in story.history]
    return "\n".join([*heads, "", table(("when", "after", "what"), rows)])


def _after(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds / 1000, 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02.0f} s" if minutes else f"{seconds:.1f} s"
