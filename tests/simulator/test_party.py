import pytest
import requests

from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party
from simulator.wire.server import Server


def test_an_exception_in_a_party_is_a_recorded_500(http: requests.Session, caplog: pytest.LogCaptureFixture) -> None:
    exchanges = Exchanges()
    party = Party("bank", exchanges, caller="connector")

    @party.get("/broken")
    def broken() -> str:
        raise RuntimeError

    server = Server("127.0.0.1")
    server.serve(party)
    try:
        assert http.get(f"{server.origin}/broken").status_code == 500
    finally:
        server.stop()
    (entry,) = exchanges.since()
    assert (entry["path"], entry["status"]) == ("/broken", 500)
    assert "RuntimeError" in caplog.text
