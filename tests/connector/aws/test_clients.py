"""The clients of AWS are botocore's own, without the handlers of other services."""

from itertools import product
from typing import Any

import pytest
from botocore.handlers import BUILTIN_HANDLERS
from botocore.session import Session

from connector.aws import clients

STAGES = sorted({event.partition(".")[0] for event, *_ in BUILTIN_HANDLERS} - {"docs"})


def called_for(session: Session, event: str) -> list[Any]:
    """Return the handlers that botocore calls for an event, in their order."""
    return list(session.get_component("event_emitter")._emitter._handlers.prefix_search(event))  # noqa: SLF001 - to emit the event would call them


@pytest.mark.parametrize(
    "operation",
    [
        *("dynamodb.UpdateItem", "dynamodb.GetItem", "dynamodb.Query"),
        *("secrets-manager.GetSecretValue", "secrets-manager.PutSecretValue"),
        *("sqs.SendMessage", "sqs.ChangeMessageVisibility"),
    ],
)
def test_a_call_passes_the_same_handlers_as_with_a_complete_session(operation: str) -> None:
    complete = Session()

    for stage, service_and_operation in product(STAGES, [operation, operation.partition(".")[0]]):
        event = f"{stage}.{service_and_operation}"
        assert called_for(clients.session(), event) == called_for(complete, event), event
