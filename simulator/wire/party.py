"""What every party's web application has in common."""

from typing import Any

from flask import Flask, Response, g, request

from simulator.rules.faults import Fault, Faults
from simulator.wire.exchanges import Exchange, Exchanges, Message
from simulator.wire.faults import Deeds, NoResponse, suffer

# Fetched by pages as they are drawn; not part of any exchange that Sage documents.
UNRECORDED = ("/static/", "/favicon.ico", "/logo.svg", "/health")


class Party(Flask):
    """A party that answers requests and records each exchange."""

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
        self._deeds: Deeds = {}

    def may_meet(self, faults: Faults, deeds: Deeds) -> None:
        """Let things go wrong here."""
        self._faults, self._deeds = faults, deeds

    def full_dispatch_request(self) -> Response:
        """Answer one request: everything this party is ever asked passes here, and only here."""
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
        fault = self._faults.meet(self.party_name, request.method, request.path)
        response = suffer(fault, self._answer, self._deeds) if fault else self._answer()
        self._record(exchange, response, fault)
        return response

    def _record(self, exchange: Exchange, response: Response, fault: Fault | None) -> None:
        exchange.fault = fault.label if fault else None
        if isinstance(response, NoResponse):
            self._exchanges.ended(exchange, None)
            return
        answer = Message(list(response.headers.items()), response.get_data())
        self._exchanges.ended(exchange, response.status_code, answer)

    def _answer(self) -> Response:
        try:
            return super().full_dispatch_request()
        except Exception as error:  # noqa: BLE001 - Flask logs it and makes the 500 to be recorded
            return self.handle_exception(error)
