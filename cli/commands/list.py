"""`connector list`: the recent authorisations, newest first."""

import heapq
import re
import time
from collections.abc import Iterator
from typing import Any

import click

from cli.context import Context
from cli.errors import explained_aws_errors
from cli.output import iso, table, timestamp
from connector.aws.items import plain, serialise
from connector.session.authorisation import Authorisation, Outcome, State

_UNITS = {"m": 60, "h": 3600, "d": 86400}

EPILOG = """\b
Examples
  connector list                                 the last 20
  connector list --state opened --since 2h       customers who have not finished
  connector list --outcome failed --limit 100
  connector list --account acc-4321 --json
"""


class Age(click.ParamType):
    """A length of time, such as 30m, 2h or 7d, in seconds."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the length of time."""
        found = re.fullmatch(r"(\d+)([mhd])", str(value))
        if found is None:
            self.fail(f"{value!r} is not a length of time such as 30m, 2h or 7d.", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


@click.command("list", epilog=EPILOG)
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only authorisations in a state.")
@click.option("--outcome", type=click.Choice([outcome.value for outcome in Outcome]), help="Only with an outcome.")
@click.option("--account", metavar="ID", help="Only of an account: your externalId or Sage's bankAccountId.")
@click.option("--since", type=Age(), metavar="AGE", help="Only those that began within 30m, 2h, 7d.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@click.pass_obj
def list_(  # noqa: PLR0913 - one argument for each option
    context: Context, *, state: str | None, outcome: str | None, account: str | None, since: int | None, limit: int
) -> None:
    """List the recent authorisations.

    The newest is the first. The command reads the whole table of authorisations, which has those of 30 days.
    """
    earliest = 0.0 if since is None else time.time() - since
    wanted = {"state": state, "outcome": outcome}
    with explained_aws_errors():
        found = heapq.nlargest(
            limit,
            (
                authorisation
                for authorisation in _matching(context, {n: value for n, value in wanted.items() if value}, account)
                if _began(authorisation) >= earliest * 1000
            ),
            key=_began,
        )
    rows = [
        (a.authorisation_id, timestamp(_began(a)), a.state.value, a.outcome.value if a.outcome else "", _account(a))
        for a in found
    ]
    described = [
        {
            "authorisationId": a.authorisation_id,
            "beganAt": iso(_began(a)),
            "state": a.state.value,
            "outcome": a.outcome.value if a.outcome else None,
            "externalId": a.external_id,
            "bankAccountId": a.account_id,
        }
        for a in found
    ]
    headings = ("authorisation", "began", "state", "outcome", "account")
    context.output.show({"authorisations": described}, table(headings, rows) if rows else "There is none.")


def _matching(context: Context, wanted: dict[str, str], account: str | None) -> Iterator[Authorisation]:
    """Read the authorisations with these values of attributes, and of this account."""
    names = {f"#{name}": name for name in wanted}
    values = {f":{name}": value for name, value in wanted.items()}
    conditions = [f"#{name} = :{name}" for name in wanted]
    if account:
        names |= {"#external": "external_id", "#account": "account_id"}
        values[":account"] = account
        conditions.append("(#external = :account OR #account = :account)")
    filters: dict[str, Any] = {
        "FilterExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {name: serialise(value) for name, value in values.items()},
    }
    pages = context.stack.dynamodb.get_paginator("scan").paginate(
        TableName=context.stack.output("AuthorisationsTable"), **(filters if conditions else {})
    )
    for page in pages:
        yield from (Authorisation.from_item(plain(item)) for item in page["Items"])


def _began(authorisation: Authorisation) -> int:
    """Return when the session was notified, in milliseconds since the epoch."""
    return int(authorisation.history[0]["at"]) if authorisation.history else 0


def _account(authorisation: Authorisation) -> str:
    return authorisation.external_id or ""
