"""Apply to the deployed stack what a developer chooses on the simulator's page, and report the connector's sessions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import requests
from boto3.dynamodb.types import TypeDeserializer

from local.stack.bring_up import RunningStack, authenticator_for

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

POLL_SECONDS = 0.3
# The members of a session that are times, in seconds since the epoch.
TIMES = ("expires_at", "purge_at", "delivery_due", "lease_until", "confirm_due")
SHOWN = ("state", "expires_at", "outcome", "attempts")


class Follower:
    """Polls the simulator. One call of `follow` takes a few milliseconds if nothing was chosen."""

    def __init__(self, running: RunningStack) -> None:
        self._running = running
        self._table = running.outputs["AuthorisationsTable"]
        self._moved_seconds = 0
        self._function, variables = self._with_authenticator()
        self._authenticator = variables["AUTHENTICATOR"]
        self._shown: list[str] = []

    def follow(self) -> None:
        """Report, and apply what was chosen since. If the simulator does not answer, the next call tries again."""
        try:
            chosen = self._running.control.post("/stack", self._report())
        except requests.RequestException:
            return
        self._shown = chosen["authorisations"]
        if chosen["authenticator"] != self._authenticator:
            self._deploy(chosen["authenticator"])
        if chosen["moved_seconds"] != self._moved_seconds:
            # After a reset the simulator has the real time again. Its sessions are gone, so they need no change.
            self._move_sessions(max(0, chosen["moved_seconds"] - self._moved_seconds))
            self._moved_seconds = chosen["moved_seconds"]

    def _report(self) -> dict[str, Any]:
        return {
            "authenticator": self._authenticator,
            "moved_seconds": self._moved_seconds,
            "sessions": {found: session for found in self._shown if (session := self._session(found))},
        }

    def _session(self, authorisation_id: str) -> dict[str, Any]:
        answer = self._running.aws.dynamodb.get_item(
            TableName=self._table, Key={"authorisation_id": {"S": authorisation_id}}
        )
        session = _plain(answer.get("Item", {}))
        return {name: session[name] for name in SHOWN if session.get(name) is not None}

    def _with_authenticator(self) -> tuple[str, dict[str, str]]:
        """Return the name and the variables of the function that has the authenticator."""
        pages = self._running.aws.functions.get_paginator("list_functions").paginate()
        for function in (function for page in pages for function in page["Functions"]):
            variables = function.get("Environment", {}).get("Variables", {})
            if "AUTHENTICATOR" in variables:
                return function["FunctionName"], variables
        raise LookupError("no function has an authenticator")

    def _deploy(self, authenticator: str) -> None:
        parameters = authenticator_for(self._running.simulator, authenticator)
        _, variables = self._with_authenticator()
        variables |= {
            "AUTHENTICATOR": parameters["Authenticator"],
            "AUTHENTICATOR_URL": parameters["AuthenticatorUrl"],
        }
        self._running.aws.functions.update_function_configuration(
            FunctionName=self._function, Environment={"Variables": variables}
        )
        self._authenticator = authenticator

    def _move_sessions(self, seconds: int) -> None:
        """Let every session be older by so many seconds."""
        pages = self._running.aws.dynamodb.get_paginator("scan").paginate(TableName=self._table)
        for item in (item for page in pages for item in page["Items"]):
            times = [name for name in TIMES if "N" in item.get(name, {})]
            if seconds and times:
                self._running.aws.dynamodb.update_item(
                    TableName=self._table,
                    Key={"authorisation_id": item["authorisation_id"]},
                    UpdateExpression="SET " + ", ".join(f"{name} = {name} - :seconds" for name in times),
                    ExpressionAttributeValues={":seconds": {"N": str(seconds)}},
                )


def _plain(item: Mapping[str, "AttributeValueTypeDef"]) -> dict[str, Any]:
    values = {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
    return {
        name: int(value) if name in {*TIMES, "attempts"} and value is not None else value
        for name, value in values.items()
    }
