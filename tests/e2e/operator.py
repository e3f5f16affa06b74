"""Somebody who works with `connector` in the folder of the running stack."""

import json
import time
from collections.abc import Callable
from typing import Any

from click.testing import CliRunner, Result

from cli.main import main
from connector.journey import start
from connector.journey import updates as journey
from connector.session.authorisation import Outcome
from connector.session.store import DynamoDBStore
from connector.session.update import Lease
from local.stack.bring_up import RunningStack

SECONDS = 60


class Operator:
    """Somebody at a shell, in the folder of the running stack."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack

    def run(self, *arguments: str, status: int = 0, typed: str | None = None) -> Result:
        ran = CliRunner().invoke(main, arguments, input=typed)
        assert ran.exit_code == status, ran.output
        return ran

    def json(self, *arguments: str, status: int = 0) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self.run("--json", *arguments, status=status).stdout)

    def until[Found](self, find: Callable[[], Found], right: Callable[[Found], object]) -> Found:
        give_up_at = time.monotonic() + SECONDS
        while not right(found := find()):
            assert time.monotonic() < give_up_at, found
            time.sleep(0.2)
        return found


def decided(stack: RunningStack, account: dict[str, Any]) -> str:
    """Bring a session to where its outcome is in the outbox, under the lease of a function that was killed."""
    stack.control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})
    session: str = stack.control.post("/start", {"bankAccountId": account["bankAccountId"]})["authorisation_id"]
    store, now = DynamoDBStore(stack.aws.dynamodb, stack.outputs["AuthorisationsTable"]), time.time()
    opening = {"external_id": account["externalId"], "bank_account": None, "redirect_uri": "x", "sage_state": "x"}
    store.apply(start.open_session(session, ticket="x", now=now, **opening))
    died = Lease("died", int(now))
    store.apply(journey.decide(session, "x", Outcome.SUCCESS, status="success", lease=died, now=now))
    return session
