"""`connector deliver`: have one outcome delivered now."""

import json
from typing import TYPE_CHECKING, Any

import click

from cli.problem import Negative, explained
from connector.session.authorisation import canonical_id

if TYPE_CHECKING:
    from cli.main import Context

_SAID = {
    "delivered": "Delivered: Banking Service knows the outcome.",
    "decided": "Not delivered yet: Banking Service did not take it, or another attempt is under way.",
    "rejected": "Banking Service refused the outcome for good.",
    "expired": "Too late: the authorisation ran out before Banking Service took the outcome.",
    "notified": "There is no outcome yet: the customer has not come.",
    "opened": "There is no outcome yet: the customer is still on the way.",
    None: "There is no such authorisation.",
}


@click.command()
@click.argument("id_", metavar="ID")
@click.pass_obj
def deliver(context: "Context", id_: str) -> None:
    """Deliver the outcome of authorisation ID now, by the sweep's own code and under its lease.

    Exit status 0 only where Banking Service knows the outcome.
    """
    session = canonical_id(id_)
    if session is None:
        raise click.BadParameter("an authorisation id is a UUID", param_hint="ID")
    stack = context.stack
    payload = json.dumps({"authorisation_id": session})
    with explained():
        answer = stack.functions.invoke(FunctionName=stack.output("DeliveryFunction"), Payload=payload)
    found: dict[str, Any] = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise Negative(f"The delivery failed: {found.get('errorMessage', 'see its log')}")
    said = _SAID[found["state"]] + (f" ({found['reason']})" if found["reason"] else "")
    context.output.show({"authorisationId": session, **found}, said)
    if found["state"] != "delivered":
        raise SystemExit(1)
