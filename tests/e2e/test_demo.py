from contextlib import redirect_stdout
from io import StringIO

import pytest

from local.demo.play import play
from local.stack.bring_up import RunningStack


@pytest.fixture(scope="module")
def printed(stack: RunningStack) -> str:
    """What the demo prints."""
    with redirect_stdout(StringIO()) as output:
        play(stack)
    return output.getvalue()


def test_the_demo_ends_with_the_three_statuses_of_the_account(printed: str) -> None:
    assert printed.splitlines()[-1].endswith(": authRequired → verifyingAuth → active")


def test_the_demo_prints_each_exchange_in_the_order_of_the_flow(printed: str) -> None:
    at = [
        printed.index(exchange)
        for exchange in (
            "connector → Provider API    POST  /v1/statements",
            "product → Consumer API    GET   /bankaccounts ",
            "Banking Service → connector       POST  /live/notification",
            "product → connector       GET   /live/authrefresh",
            "customer → connector       POST  /live/completion",
            "connector → Provider API    PATCH /v1/authorisations/",
            "customer → product         GET   /landing",
        )
    ]
    assert at == sorted(at)
