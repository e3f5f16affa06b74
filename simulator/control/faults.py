"""Let things go wrong: by API, and by the page that lists what is planned and what was met."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from simulator.rules import faults as rules
from simulator.rules.faults import Faults, Kind
from simulator.rules.refusals import ValidationError
from simulator.wire.body import Body

PARTIES = ("provider_api", "sage_id", "bank", "consumer_api")
# What a person wants to see most; everything else is there by API.
ON_THE_PAGE = {
    "answered 503": rules.Fault(Kind.STATUS, 503),
    "answered 429 with Retry-After: 5": rules.Fault(Kind.STATUS, 429, "5"),
    "answered 429": rules.Fault(Kind.STATUS, 429),
    "answered 401": rules.Fault(Kind.STATUS, 401),
    "answered 400": rules.Fault(Kind.STATUS, 400),
    "answered after 10 seconds": rules.Fault(Kind.DELAY, seconds=10),
    "dropped before it takes effect": rules.Fault(Kind.DROP_BEFORE),
    "dropped after it took effect": rules.Fault(Kind.DROP_AFTER),
    "answered 500 after it took effect": rules.Fault(Kind.STATUS_AFTER, 500),
    "answered with what is not JSON": rules.Fault(Kind.MALFORMED),
    "cut off in the middle of the answer": rules.Fault(Kind.TRUNCATED),
    "made with a token that is just being revoked": rules.Fault(Kind.REVOKE_TOKEN),
    "made just after the client secret was rotated": rules.Fault(Kind.ROTATE_SECRET),
}


class Fault(Body):
    """One thing that goes wrong."""

    kind: Kind
    status: int = Field(default=503, ge=200, le=599)
    retry_after: str | None = None
    seconds: float = Field(default=0, ge=0, le=120)


class Plan(Body):
    """A plan, as `simulator.rules.faults.Plan` says it."""

    party: str = Field(pattern=f"^({'|'.join(PARTIES)})$")
    endpoint: str = "*"
    faults: list[Fault | None] = Field(min_length=1)
    probability: float | None = Field(default=None, ge=0, le=1)
    seed: int = 0
    for_seconds: float | None = Field(default=None, gt=0)

    def planned(self) -> rules.Plan:
        """Make the plan."""
        planned = tuple(rules.Fault(**fault.model_dump()) if fault else None for fault in self.faults)
        return rules.Plan(**self.model_dump(exclude={"faults"}), faults=planned)


def routes(faults: Faults, product_url: str) -> Blueprint:
    """Make the routes."""
    api = Blueprint("faults", __name__, url_prefix="/faults")

    @api.get("")
    def told() -> Response:
        return jsonify(plans=[asdict(plan) for plan in faults.plans()], met=_met(faults))

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
            "faults.html",
            plans=faults.plans(),
            met=_met(faults),
            parties=PARTIES,
            choices=list(ON_THE_PAGE),
            home_url=product_url,
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


def _met(faults: Faults) -> list[dict[str, Any]]:
    return [{"party": party, "fault": label, "times": times} for party, label, times in faults.met()]


def _from_form() -> Plan:
    """Read the page's form. Raises ValidationError."""
    form = request.form
    fault = ON_THE_PAGE.get(form.get("fault", ""))
    if fault is None:
        raise ValidationError("fault: none of those on the page")
    wanted: dict[str, Any] = {"party": form.get("party"), "endpoint": form.get("endpoint") or "*"}
    many = {"next": 1, "next-5": 5}.get(form.get("when", ""))
    seconds = {"10-seconds": 10.0, "10-minutes": 600.0}.get(form.get("when", ""))
    wanted |= {"probability": 1.0, "for_seconds": seconds} if seconds else {}
    wanted |= {"probability": 0.2} if form.get("when") == "a-fifth" else {}
    return Plan.model_validate(wanted | {"faults": [asdict(fault)] * (many or 1)}, strict=False)
