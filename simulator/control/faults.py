"""Routes and the page that plan faults and count the applied faults."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from simulator.rules import faults as rules
from simulator.rules.faults import Faults, Kind
from simulator.rules.refusals import ValidationError
from simulator.wire.body import Body

PARTIES = ("provider_api", "sage_id", "bank", "consumer_api", "banking_service", "connector")
# The most useful faults. The API offers all.
ON_THE_PAGE = {
    "answered with 503": rules.Fault(Kind.STATUS, 503),
    "answered with 429 and Retry-After: 5": rules.Fault(Kind.STATUS, 429, "5"),
    "answered with 429": rules.Fault(Kind.STATUS, 429),
    "answered with 401": rules.Fault(Kind.STATUS, 401),
    "answered with 400": rules.Fault(Kind.STATUS, 400),
    "answered after 10 seconds": rules.Fault(Kind.DELAY, seconds=10),
    "dropped before execution": rules.Fault(Kind.DROP_BEFORE),
    "dropped after execution": rules.Fault(Kind.DROP_AFTER),
    "answered with 500 after execution": rules.Fault(Kind.STATUS_AFTER, 500),
    "answered with malformed JSON": rules.Fault(Kind.MALFORMED),
    "answered with half of the body": rules.Fault(Kind.TRUNCATED),
    "executed twice": rules.Fault(Kind.TWICE),
    "answered after their token was revoked": rules.Fault(Kind.REVOKE_TOKEN),
    "answered after the client secret was replaced": rules.Fault(Kind.ROTATE_SECRET),
}


class Fault(Body):
    """A fault, as `simulator.rules.faults.Fault` describes it."""

    kind: Kind
    status: int = Field(default=503, ge=200, le=599)
    retry_after: str | None = None
    seconds: float = Field(default=0, ge=0, le=120)


class Plan(Body):
    """A plan, as `simulator.rules.faults.Plan` describes it."""

    party: str = Field(pattern=f"^({'|'.join(PARTIES)})$")
    endpoint: str = "*"
    faults: list[Fault | None] = Field(min_length=1)
    probability: float | None = Field(default=None, ge=0, le=1)
    seed: int = 0
    for_seconds: float | None = Field(default=None, gt=0)

    def planned(self) -> rules.Plan:
        """Return the plan."""
        planned = tuple(rules.Fault(**fault.model_dump()) if fault else None for fault in self.faults)
        return rules.Plan(**self.model_dump(exclude={"faults"}), faults=planned)


def routes(faults: Faults) -> Blueprint:
    """Return the routes."""
    api = Blueprint("faults", __name__, url_prefix="/faults")

    @api.get("")
    def show() -> Response:
        return jsonify(plans=[asdict(plan) for plan in faults.plans()], applied=_applied(faults))

    @api.post("")
    def plan() -> tuple[Response, int]:
        planned = Plan.read(request.get_data()).planned()
        faults.add(planned)
        return jsonify(asdict(planned)), 201

    @api.delete("")
    def clear() -> tuple[str, int]:
        faults.clear()
        return "", 204

    @api.get("/")
    def page() -> str:
        return render_template(
            "simulator/faults.html",
            plans=faults.plans(),
            applied=_applied(faults),
            parties=PARTIES,
            choices=list(ON_THE_PAGE),
        )

    @api.post("/clear")
    def clear_from_page() -> AnyResponse:
        faults.clear()
        return redirect("./", 303)

    @api.post("/plan")
    def plan_from_page() -> AnyResponse:
        faults.add(_from_form().planned())
        return redirect("./", 303)

    return api


def _applied(faults: Faults) -> list[dict[str, Any]]:
    return [{"party": party, "fault": label, "times": times} for party, label, times in faults.applied()]


def _from_form() -> Plan:
    """Read the page's form. Raises ValidationError."""
    form = request.form
    fault = ON_THE_PAGE.get(form.get("fault", ""))
    if fault is None:
        raise ValidationError("fault: the page does not offer this fault")
    values: dict[str, Any] = {"party": form.get("party"), "endpoint": form.get("endpoint") or "*"}
    repeats = {"next": 1, "next-5": 5}.get(form.get("when", ""))
    seconds = {"10-seconds": 10.0, "10-minutes": 600.0}.get(form.get("when", ""))
    values |= {"probability": 1.0, "for_seconds": seconds} if seconds else {}
    values |= {"probability": 0.2} if form.get("when") == "a-fifth" else {}
    return Plan.model_validate(values | {"faults": [asdict(fault)] * (repeats or 1)}, strict=False)
