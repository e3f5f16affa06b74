"""The page of messages: the live sequence diagram, the state, and what a developer can break and choose."""

import json
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template, request

from simulator.control.choices import CHOICES, MINUTES
from simulator.control.diagram import LANES, row
from simulator.control.state import current_state
from simulator.wire.exchanges import Exchanges
from simulator.workbench.breakage import BREAKAGES
from simulator.workbench.connector_stack import AUTHENTICATORS
from simulator.workbench.probes import PROBES
from simulator.workbench.workbench import Workbench

# The most rows of the diagram. The API lists all exchanges.
SHOWN = 300
# How often the state is compared with what the page shows.
STATE_SECONDS = 1


def routes(exchanges: Exchanges, workbench: Workbench) -> Blueprint:
    """Return the routes."""
    site = Blueprint("messages", __name__)
    service, stack = workbench.service, workbench.stack

    @site.get("/")
    def page() -> str:
        kept = exchanges.since()[-SHOWN:]
        rows = sorted((row(entry) for entry in kept), key=lambda found: int(found.entry["id"]))
        breakages = [(group, list(found)) for group, found in groupby(BREAKAGES, key=attrgetter("group"))]
        return render_template(
            "simulator/messages.html",
            rows=rows,
            last=max((entry["n"] for entry in kept), default=0),
            lanes=LANES,
            state=current_state(service, stack),
            trial=workbench.trial,
            plans=service.faults.plans(),
            breakages=breakages,
            probes=PROBES,
            settings=service.settings.current,
            authenticators=AUTHENTICATORS,
            choices=CHOICES,
            minutes=MINUTES,
        )

    @site.get("/state")
    def state() -> Response:
        return jsonify(current_state(service, stack).as_json())

    @site.get("/events")
    def events() -> Response:
        after = request.headers.get("Last-Event-ID", request.args.get("after", "0"))
        # The generator outlives the request's context, so it gets the application itself.
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's public way
        stream = _events(app, exchanges, workbench, int(after) if after.isdecimal() else 0)
        return Response(stream, mimetype="text/event-stream", headers={"Cache-Control": "no-store"})

    return site


def _events(app: Flask, exchanges: Exchanges, workbench: Workbench, last: int) -> Iterator[str]:
    """Send each exchange that begins or ends, and the state when it changes (server-sent events)."""
    shown = ""
    while True:
        changed, newest = exchanges.changed_since(last, STATE_SECONDS)
        with app.app_context():
            for entry in changed:
                html = render_template("simulator/message.html", row=row(entry))
                yield _event("message", {"id": entry["id"], "html": html}, entry["n"])
            last = newest
            state = render_template("simulator/state.html", state=current_state(workbench.service, workbench.stack))
        if state != shown:
            shown = state
            yield _event("state", {"html": state})
        elif not changed:
            # A comment: only a write shows that the browser has closed the page, and ends this thread.
            yield ":\n\n"


def _event(kind: str, data: object, number: int | None = None) -> str:
    identifier = f"id: {number}\n" if number is not None else ""
    return f"{identifier}event: {kind}\ndata: {json.dumps(data)}\n\n"
