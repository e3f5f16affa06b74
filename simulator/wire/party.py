"""The common base of the parties' web applications."""

from typing import Any

from flask import Flask, Response, g, request

from simulator.rules.faults import Fault, Faults
from simulator.wire.exchanges import Exchange, Exchanges, Message
from simulator.wire.faults import NoResponse, SideEffects, respond_with

# Resources of pages. They are not part of an exchange that Sage documents.
UNRECORDED = ("/static/", "/favicon.ico", "/logo.svg", "/health")


class Party(Flask):
    """A web application that records each exchange and applies the planned faults."""

    def __init__(
        self,
        name: str,
        exchanges: Exchanges,
        caller: str,
        **options: Any,  # noqa: ANN401 - Flask's own
    ) -> None:
        super().__init__("simulator", **options)
        self.party_name = name
        self.json.sort_keys = False  # type: ignore[attr-defined] # only on Flask's default provider
        self._exchanges = exchanges
        self._caller = caller
        self._faults = Faults()
        self._side_effects: SideEffects = {}

    def use_faults(self, faults: Faults, side_effects: SideEffects) -> None:
        """Apply these faults from now on."""
        self._faults, self._side_effects = faults, side_effects

    def full_dispatch_request(self) -> Response:
        """Respond to one request. Flask calls this method for every request."""
        if request.path.startswith(UNRECORDED):
            return super().full_dispatch_request()
        exchange = Exchange(
            sender="browser" if "Sec-Fetch-Mode" in request.headers else self._caller,
            receiver=self.party_name,
            method=request.method,
            path=request.path,
            query=request.query_string.decode(),
            request=Message(list(request.headers.items()), request.get_data()),
        )
        g.received_at = exchange.at
        self._exchanges.began(exchange)
        fault = self._faults.next_fault(self.party_name, request.method, request.path)
        response = respond_with(fault, self._execute, self._side_effects) if fault else self._execute()
        self._record(exchange, response, fault)
        return response

    def _record(self, exchange: Exchange, response: Response, fault: Fault | None) -> None:
        exchange.fault = fault.label if fault else None
        if isinstance(response, NoResponse):
            self._exchanges.ended(exchange, None)
            return
        message = Message(list(response.headers.items()), response.get_data())
        self._exchanges.ended(exchange, response.status_code, message)

    def _execute(self) -> Response:
        try:
            return super().full_dispatch_request()
        except Exception as error:  # noqa: BLE001 - Flask logs the error and returns the 500, which is recorded
            return self.handle_exception(error)
