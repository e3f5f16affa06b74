"""`connector deliver`: deliver one outcome now."""

import json
from typing import Any

import click

from cli.context import Context
from cli.errors import NegativeResultError, explained_aws_errors
from connector.session.authorisation import canonical_id

_SENTENCES = {
    "delivered": "Delivered: Banking Service acknowledged the outcome.",
    "decided": "Not delivered yet: Banking Service did not acknowledge the outcome, or another delivery is running.",
    "rejected": "Banking Service refused the outcome. It will not be sent again.",
    "expired": "The authorisation expired before Banking Service acknowledged the outcome.",
    "notified": "There is no outcome yet: the customer has not opened the page.",
    "opened": "There is no outcome yet: the customer has not finished.",
    None: "There is no such authorisation.",
}


@click.command()
@click.argument("id_", metavar="ID")
@click.pass_obj
def deliver(context: Context, id_: str) -> None:
    """Deliver the outcome of authorisation ID now.

    The delivery function does the work, under the same lease as every other delivery. The exit status is 0 only if
    Banking Service has acknowledged the outcome.
    """
    authorisation_id = canonical_id(id_)
    if authorisation_id is None:
        raise click.BadParameter("an authorisation id is a UUID", param_hint="ID")
    stack = context.stack
    payload = json.dumps({"authorisation_id": authorisation_id})
    with explained_aws_errors():
        response = stack.functions.invoke(FunctionName=stack.output("DeliveryFunction"), Payload=payload)
    result: dict[str, Any] = json.loads(response["Payload"].read())
    if response.get("FunctionError"):
        raise NegativeResultError(f"The delivery function failed: {result.get('errorMessage', 'see its log')}")
    reason = f" ({result['reason']})" if result["reason"] else ""
    context.output.show({"authorisationId": authorisation_id, **result}, _SENTENCES[result["state"]] + reason)
    if result["state"] != "delivered":
        raise SystemExit(1)
