"""`connector redrive`: list the dead letters with their reasons, send them again or delete them."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from cli.context import Context
from cli.errors import NegativeResultError, explained_aws_errors
from cli.output import table
from cli.stack import Stack

HIDDEN_SECONDS = 60
"""How long SQS hides a dead letter after it is received, so that one listing shows it once."""


@dataclass(frozen=True)
class DeadLetter:
    """A request that the connector cannot fulfil without a person's help."""

    body: str
    kind: str
    reason: str
    receipt: str

    def described(self) -> dict[str, str]:
        """Return the dead letter for JSON output."""
        return {"body": self.body, "kind": self.kind, "reason": self.reason}


EPILOG = """\b
Examples
  connector redrive                     list all
  connector redrive --again             send all again
  connector redrive --again --kind rejected
  connector redrive --discard --kind malformed --yes
"""


@click.command(epilog=EPILOG)
@click.option("--again", is_flag=True, help="Send them to the request queue again, unchanged.")
@click.option("--discard", is_flag=True, help="Delete them, after a question.")
@click.option("--kind", type=click.Choice(["malformed", "rejected", "abandoned"]), help="Only dead letters of a kind.")
@click.option("--yes", is_flag=True, help="Delete them without a question.")
@click.pass_obj
def redrive(context: Context, *, again: bool, discard: bool, kind: str | None, yes: bool) -> None:
    """List the dead letters with their reasons.

    A dead letter is a request that failed permanently. Remove the cause first, and then send them again with --again.
    """
    if again and discard:
        raise click.UsageError("--again and --discard exclude each other.")
    action = "again" if again else "discard" if discard else None
    stack = context.stack
    with explained_aws_errors():
        received = list(_receive(stack))
        selected = [letter for letter in received if kind in {None, letter.kind}]
        if discard and selected and not yes and not _confirmed(selected):
            action = None
        for letter in received:
            if action and letter in selected:
                _settle(stack, letter, again=again)
            else:
                _release(stack, letter)
        if discard and action is None and selected:
            raise NegativeResultError("Nothing was discarded.")
    done = {"again": "sent again", "discard": "discarded", None: "found"}[action]
    text = "\n".join([*([_listed(selected)] if selected else []), f"{len(selected)} {done}."])
    context.output.show({"action": action, "requests": [letter.described() for letter in selected]}, text)


def _confirmed(selected: Sequence[DeadLetter]) -> bool:
    """Ask the person at the terminal; nobody else can confirm."""
    click.echo(_listed(selected), err=True)
    if not sys.stdin.isatty():
        click.echo("Add --yes to discard them without a question.", err=True)
        return False
    return click.confirm(f"Discard {len(selected)}?", err=True)


def _listed(selected: Sequence[DeadLetter]) -> str:
    return table(("kind", "request", "reason"), [(letter.kind, letter.body, letter.reason) for letter in selected])


def _receive(stack: Stack) -> Iterator[DeadLetter]:
    url = stack.output("DeadLettersQueueUrl")
    while received := stack.queues.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=HIDDEN_SECONDS
    ).get("Messages"):
        for message in received:
            attributes = {name: value["StringValue"] for name, value in message.get("MessageAttributes", {}).items()}
            # SQS itself moves a message here after a thousand deliveries. Such a message has no Kind and no Reason.
            kind = attributes.get("Kind", "abandoned")
            reason = attributes.get("Reason", "the function failed at every delivery")
            yield DeadLetter(message["Body"], kind, reason, message["ReceiptHandle"])


def _release(stack: Stack, letter: DeadLetter) -> None:
    stack.queues.change_message_visibility(
        QueueUrl=stack.output("DeadLettersQueueUrl"), ReceiptHandle=letter.receipt, VisibilityTimeout=0
    )


def _settle(stack: Stack, letter: DeadLetter, *, again: bool) -> None:
    """Send the letter, then delete it. A crash in between sends it twice; the window makes that one request."""
    if again:
        stack.queues.send_message(QueueUrl=stack.output("ReauthRequestsQueueUrl"), MessageBody=letter.body)
    stack.queues.delete_message(QueueUrl=stack.output("DeadLettersQueueUrl"), ReceiptHandle=letter.receipt)
