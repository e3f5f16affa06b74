"""The queue's function, whole: moto's queues and tables, a simulated Sage on a real socket."""

import json
from collections.abc import Iterator

import pytest

from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import deployment
from tests.functions.reauth_request.reauth_requests import Asking


@pytest.fixture
def asking(sage: Simulator, control: Control) -> Iterator[Asking]:
    control.patch("/settings", {"statement_seconds": 0})
    # At this pace the tests do not wait; the pace itself has its own.
    with deployment(sage, AskingPerSecond="1000", FollowUpSeconds="1") as stack:
        yield Asking(stack, control)


def test_a_message_marks_its_account_with_exactly_the_statement_of_sages_page(asking: Asking) -> None:
    [account] = asking.accounts("acc-10003")
    asking.send(account)

    assert asking.deliver() == 1
    assert asking.posted() == [
        {
            "data": {
                "principalId": account["bankAccountId"],
                "bankId": account["bankId"],
                "expected": {
                    "transactionDetailsCount": 0,
                    "accountDetailsCount": 1,
                    "transactionCreditSum": 0,
                    "transactionDebitSum": 0,
                },
                "accountDetails": [{"bankAccountId": account["bankAccountId"], "status": "authRequired"}],
                "transactionDetails": [],
            }
        }
    ]
    assert asking.status(account) == "authRequired"


def test_messages_for_one_account_are_one_request(asking: Asking) -> None:
    [account] = asking.accounts("acc-10003")
    asking.send(account, account, [account])

    assert asking.deliver() == 1
    assert len(asking.posted()) == 1
    assert asking.waiting() == 0


def test_a_list_becomes_a_message_for_each_account(asking: Asking) -> None:
    accounts = asking.accounts("acc-10001", "acc-10002", "acc-10003")
    asking.send(accounts)

    assert asking.deliver() == 0
    assert asking.waiting() == 3
    assert asking.deliver() == 3
    assert [asking.status(account) for account in accounts] == ["authRequired"] * 3


def test_a_long_list_is_spread_whole(asking: Asking) -> None:
    asking.send([{"bankAccountId": f"account-{n}", "bankId": "bank"} for n in range(1234)])

    assert (asking.deliver(), asking.waiting()) == (0, 1234)


def test_one_bad_entry_of_a_list_is_laid_aside_alone(asking: Asking) -> None:
    [account] = asking.accounts("acc-10003")
    asking.send([{"bankId": "x"}, account, 7])

    assert asking.deliver() == 0
    assert asking.deliver() == 1
    assert asking.status(account) == "authRequired"
    assert asking.dead_letters() == {
        '{"bankId": "x"}': ("malformed", "bankAccountId: Field required"),
        "7": ("malformed", "not a JSON object"),
    }


@pytest.mark.parametrize(
    "body",
    [
        *("no JSON", "{", "null", "7", '"text"', "[]", "[[]]", "{}", '{"bankAccountId": 7, "bankId": "b"}'),
        *('{"bankAccountId": "", "bankId": "b"}', '{"bankAccountId": "a", "bankId": null}'),
        *('{"bankAccountId": "\\ud800", "bankId": "b"}', "[" * 100_000),
    ],
)
def test_a_malformed_message_is_laid_aside_with_its_reason_and_delays_nobody(asking: Asking, body: str) -> None:
    [account] = asking.accounts("acc-10003")
    asking.send(body, account)

    assert asking.deliver() == 1
    assert asking.status(account) == "authRequired"
    [(kind, reason)] = asking.dead_letters().values()
    assert kind == "malformed"
    assert reason


def test_an_unknown_account_is_laid_aside_with_sages_words(asking: Asking) -> None:
    unknown, [account] = {"bankAccountId": "unknown", "bankId": "bank"}, asking.accounts("acc-10003")
    asking.send(unknown, account)

    assert asking.deliver() == 1
    assert asking.status(account) == "authRequired"
    assert asking.dead_letters() == {
        json.dumps(unknown): ("rejected", "HTTP 404: NotFoundError: there is no such bank account")
    }


def test_a_statement_that_sage_rejects_later_is_laid_aside_with_sages_reason(asking: Asking) -> None:
    [account] = asking.accounts("acc-10003")
    asking.control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "cancelled"})
    asking.send(account)
    asking.deliver()
    asking.come_back()

    assert asking.deliver() == 0
    assert asking.dead_letters() == {json.dumps(account): ("rejected", "statement failed: the account is cancelled")}


def test_a_dead_letter_can_be_sent_again_as_it_is_once_its_cause_is_mended(asking: Asking) -> None:
    missing = {"bankAccountId": "linked-later", "bankId": "bank"}
    asking.send(missing)
    asking.deliver()
    asking.control.post("/accounts", {"externalId": "x", "bankId": "bank", "bankAccountId": "linked-later"})

    asking.send(*asking.dead_letters())

    assert asking.deliver() == 1
    assert asking.status(missing) == "authRequired"


def test_a_request_is_followed_to_its_end_and_its_record_tells_all(asking: Asking) -> None:
    [account] = asking.accounts("acc-10003")
    asking.send(account)
    asking.deliver()
    asking.come_back()

    assert asking.deliver() == 0
    [record] = asking.table.scan()["Items"]
    assert [entry["event"] for entry in record["history"]] == ["requested", "posted", "accepted"]


def test_a_statement_in_flight_makes_the_message_come_back(asking: Asking) -> None:
    asking.control.patch("/settings", {"statement_seconds": 3600})
    [account] = asking.accounts("acc-10003")
    asking.send(account)
    asking.deliver()
    for item in asking.table.scan()["Items"]:
        asking.table.delete_item(Key={"bank_account_id": item["bank_account_id"]})
    asking.send(account)

    assert asking.deliver() == 1
    assert len(asking.posted()) == 2
    assert asking.dead_letters() == {}


def test_when_sage_says_too_many_the_rest_of_the_batch_is_not_even_tried(asking: Asking) -> None:
    asking.control.patch("/settings", {"provider_api_per_second": 1})
    asking.send(*asking.accounts("acc-10001", "acc-10002", "acc-10003"))

    assert asking.deliver() == 3
    statuses = [e["status"] for e in asking.control.exchanges() if e["path"] == "/v1/statements"]
    assert statuses.index(429) == len(statuses) - 1


def test_without_time_left_messages_are_kept_for_the_next_invocation(asking: Asking) -> None:
    asking.send(*asking.accounts("acc-10001", "acc-10002"))

    assert asking.deliver(seconds=20) == 2
    assert asking.posted() == []


def test_a_list_is_not_begun_where_it_might_be_cut_short_and_delays_nobody(asking: Asking) -> None:
    first, *others = asking.accounts("acc-10003", "acc-10001", "acc-10002")
    asking.send(others, first)

    assert asking.deliver(seconds=50) == 2
    assert asking.status(first) == "authRequired"
    asking.come_back()
    assert (asking.deliver(), asking.waiting()) == (0, 2)


def test_nothing_of_an_account_or_a_secret_is_logged(
    asking: Asking, sage: Simulator, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    [account] = asking.accounts("acc-10003")
    asking.send(account, {"bankAccountId": "unknown", "bankId": "bank"}, "nonsense-in-a-message")
    asking.deliver()

    logged = "".join(capfd.readouterr()) + repr([vars(record) for record in caplog.records])
    assert "request comes back" in logged
    assert "HTTP 404: NotFoundError: there is no such bank account" in logged
    for secret in (account["bankAccountId"], "nonsense-in-a-message", *sage.credentials.values()):
        assert secret not in logged
