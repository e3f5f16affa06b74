"""`connector redrive`: see the dead letters with their reasons, and send them again."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from cli.output import table
from cli.problem import explained

if TYPE_CHECKING:
    from cli.main import Context

HIDDEN_SECONDS = 60
"""How long a dead letter that is being looked at is hidden, so that it is seen once."""


@dataclass(frozen=True)
class Letter:
    """A request that only a person can help."""

    body: str
    kind: str
    reason: str
    receipt: str


EPILOG = """\b
Examples
  connector redrive                     list them
  connector redrive --again             send all again
  connector redrive --again --kind rejected
  connector redrive --discard --kind malformed
"""


@click.command(epilog=EPILOG)
@click.option("--again", "action", flag_value="again", help="Send them to the queue again, as they are.")
@click.option("--discard", "action", flag_value="discard", help="Delete them.")
@click.option("--kind", type=click.Choice(["malformed", "rejected", "abandoned"]), help="Only these.")
@click.pass_obj
def redrive(context: "Context", action: str | None, kind: str | None) -> None:
    """List the requests that failed for good, each with its reason; send them again once that is mended."""
    with explained():
        found = list(_letters(context))
        letters = [letter for letter in found if kind in {None, letter.kind}]
        for letter in found:
            if action and letter in letters:
                _deal_with(context, letter, again=action == "again")
            else:
                _leave(context, letter)
    done = {"again": "sent again", "discard": "discarded", None: "found"}[action]
    described = [{name: value for name, value in asdict(letter).items() if name != "receipt"} for letter in letters]
    rows = [(letter.kind, letter.body, letter.reason) for letter in letters]
    text = "\n".join([*([table(("kind", "request", "reason"), rows)] if rows else []), f"{len(letters)} {done}."])
    context.output.show({"action": action, "requests": described}, text)


def _letters(context: "Context") -> Iterator[Letter]:
    url = context.stack.output("DeadLettersQueueUrl")
    while received := context.stack.queues.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=HIDDEN_SECONDS
    ).get("Messages"):
        for message in received:
            # One that SQS itself laid aside, after a thousand deliveries, has no attributes of ours.
            said = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
            kind, reason = said.get("Kind", "abandoned"), said.get("Reason", "it ended the function every time")
            yield Letter(message["Body"], kind, reason, message["ReceiptHandle"])


def _leave(context: "Context", letter: Letter) -> None:
    stack = context.stack
    stack.queues.change_message_visibility(
        QueueUrl=stack.output("DeadLettersQueueUrl"), ReceiptHandle=letter.receipt, VisibilityTimeout=0
    )


def _deal_with(context: "Context", letter: Letter, *, again: bool) -> None:
    """Send first and delete then: a crash between sends it twice, which is one request."""
    stack = context.stack
    if again:
        stack.queues.send_message(QueueUrl=stack.output("ReauthRequestsQueueUrl"), MessageBody=letter.body)
    stack.queues.delete_message(QueueUrl=stack.output("DeadLettersQueueUrl"), ReceiptHandle=letter.receipt)
