import pytest

from local.demo.play import play
from local.stack.bring_up import RunningStack


def test_the_demo_ends_with_the_three_statuses_of_the_account(
    stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    play(stack)
    assert capsys.readouterr().out.splitlines()[-1].endswith(": authRequired → verifyingAuth → active")


def test_the_demo_prints_each_exchange_in_the_order_of_the_flow(
    stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    play(stack)
    printed = capsys.readouterr().out
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
