"""The route through which `make local` reports what is deployed, and gets what a developer chose."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from simulator.banking_service import BankingService
from simulator.wire.body import Body
from simulator.workbench.connector_stack import ConnectorStack, Report

# Sessions of older authorisations are not shown.
REPORTED = 5


class NewReport(Body):
    """A report, as `simulator.workbench.connector_stack.Report` describes it."""

    authenticator: str
    moved_seconds: int = Field(default=0, ge=0)
    sessions: dict[str, dict[str, Any]] = Field(default_factory=dict)


def routes(banking_service: BankingService, stack: ConnectorStack) -> Blueprint:
    """Return the routes."""
    api = Blueprint("stack", __name__)

    @api.post("/stack")
    def report() -> Response:
        new = NewReport.read(request.get_data())
        chosen = stack.report(Report(new.authenticator, new.moved_seconds, new.sessions))
        return jsonify(
            authenticator=chosen,
            moved_seconds=banking_service.clock.moved_seconds,
            authorisations=[kept.authorisation_id for kept in banking_service.records.authorisations()[-REPORTED:]],
        )

    return api
