"""The queue's function, whole: moto's queues and tables, a simulated Sage on a real socket."""

import json
from collections.abc import Iterator

import pytest

from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import deployment
from tests.functions.reauth_request.reauth_requests import RequestsHarness


@pytest.fixture
def requests(sage: Simulator, control: Control) -> Iterator[RequestsHarness]:
    control.patch("/settings", {"statement_seconds": 0})
    # At this pace the tests do not wait; the pace itself has its own.
    with deployment(sage, ReauthRequestsPerSecond="1000", FollowUpSeconds="1") as stack:
        yield RequestsHarness(stack, control)


def test_a_message_marks_its_account_with_exactly_the_statement_of_sages_page(requests: RequestsHarness) -> None:
    [account] = requests.accounts("acc-10003")
    requests.send(account)

    assert requests.deliver() == 1
    assert requests.posted() == [
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
    assert requests.status(account) == "authRequired"


def test_messages_for_one_account_are_one_request(requests: RequestsHarness) -> None:
    [account] = requests.accounts("acc-10003")
    requests.send(account, account, [account])

    assert requests.deliver() == 1
    assert len(requests.posted()) == 1
    assert requests.waiting() == 0


def test_a_list_becomes_a_message_for_each_account(requests: RequestsHarness) -> None:
    accounts = requests.accounts("acc-10001", "acc-10002", "acc-10003")
    requests.send(accounts)

    assert requests.deliver() == 0
    assert requests.waiting() == 3
    assert requests.deliver() == 3
    assert [requests.status(account) for account in accounts] == ["authRequired"] * 3


def test_a_long_list_is_spread_whole(requests: RequestsHarness) -> None:
    requests.send([{"bankAccountId": f"account-{n}", "bankId": "bank"} for n in range(1234)])

    assert (requests.deliver(), requests.waiting()) == (0, 1234)


def test_a_list_with_malformed_entries_is_one_dead_letter_and_none_of_it_is_spread(requests: RequestsHarness) -> None:
    [account] = requests.accounts("acc-10003")
    body = json.dumps([account, {"bankId": "x"}, *range(2000)])
    requests.send(body)

    assert (requests.deliver(), requests.waiting()) == (0, 0)
    assert requests.dead_letters() == {body: ("malformed", "entry 2 of 2002: bankAccountId: Field required")}
    assert requests.status(account) == "active"


@pytest.mark.parametrize(
    "body",
    [
        *("no JSON", "{", "null", "7", '"text"', "[]", "[[]]", "{}", '{"bankAccountId": 7, "bankId": "b"}'),
        *('{"bankAccountId": "", "bankId": "b"}', '{"bankAccountId": "a", "bankId": null}'),
        *('{"bankAccountId": "\\ud800", "bankId": "b"}', "[" * 100_000),
    ],
)
def test_a_malformed_message_is_laid_aside_with_its_reason_and_delays_nobody(
    requests: RequestsHarness, body: str
) -> None:
    [account] = requests.accounts("acc-10003")
    requests.send(body, account)

    assert requests.deliver() == 1
    assert requests.status(account) == "authRequired"
    [(kind, reason)] = requests.dead_letters().values()
    assert kind == "malformed"
    assert reason


def test_an_unknown_account_is_laid_aside_with_sages_words(requests: RequestsHarness) -> None:
    unknown, [account] = {"bankAccountId": "unknown", "bankId": "bank"}, requests.accounts("acc-10003")
    requests.send(unknown, account)

    assert requests.deliver() == 1
    assert requests.status(account) == "authRequired"
    assert requests.dead_letters() == {
        json.dumps(unknown): ("rejected", "HTTP 404: NotFoundError: there is no such bank account")
    }


def test_a_statement_that_sage_rejects_later_is_laid_aside_with_sages_reason(requests: RequestsHarness) -> None:
    [account] = requests.accounts("acc-10003")
    requests.control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "cancelled"})
    requests.send(account)
    requests.deliver()
    requests.come_back()

    assert requests.deliver() == 0
    assert requests.dead_letters() == {json.dumps(account): ("rejected", "statement failed: the account is cancelled")}


def test_a_dead_letter_can_be_sent_again_as_it_is_once_its_cause_is_mended(requests: RequestsHarness) -> None:
    missing = {"bankAccountId": "linked-later", "bankId": "bank"}
    requests.send(missing)
    requests.deliver()
    requests.control.post("/accounts", {"externalId": "x", "bankId": "bank", "bankAccountId": "linked-later"})

    requests.send(*requests.dead_letters())

    assert requests.deliver() == 1
    assert requests.status(missing) == "authRequired"


def test_a_request_is_followed_to_its_end_and_its_record_has_each_step(requests: RequestsHarness) -> None:
    [account] = requests.accounts("acc-10003")
    requests.send(account)
    requests.deliver()
    requests.come_back()

    assert requests.deliver() == 0
    [record] = requests.table.scan()["Items"]
    assert [entry["event"] for entry in record["history"]] == ["requested", "posted", "accepted"]


def test_a_statement_in_flight_makes_the_message_come_back(requests: RequestsHarness) -> None:
    requests.control.patch("/settings", {"statement_seconds": 3600})
    [account] = requests.accounts("acc-10003")
    requests.send(account)
    requests.deliver()
    for item in requests.table.scan()["Items"]:
        requests.table.delete_item(Key={"bank_account_id": item["bank_account_id"]})
    requests.send(account)

    assert requests.deliver() == 1
    assert len(requests.posted()) == 2
    assert requests.dead_letters() == {}


def test_when_sage_says_too_many_the_rest_of_the_batch_is_not_even_tried(requests: RequestsHarness) -> None:
    requests.control.patch("/settings", {"provider_api_per_second": 1})
    requests.send(*requests.accounts("acc-10001", "acc-10002", "acc-10003"))

    assert requests.deliver() == 3
    statuses = [e["status"] for e in requests.control.exchanges() if e["path"] == "/v1/statements"]
    assert statuses.index(429) == len(statuses) - 1


def test_without_time_left_messages_are_kept_for_the_next_invocation(requests: RequestsHarness) -> None:
    requests.send(*requests.accounts("acc-10001", "acc-10002"))

    assert requests.deliver(seconds=20) == 2
    assert requests.posted() == []


def test_a_list_is_not_begun_where_it_might_be_cut_short_and_delays_nobody(requests: RequestsHarness) -> None:
    first, *others = requests.accounts("acc-10003", "acc-10001", "acc-10002")
    requests.send(others, first)

    assert requests.deliver(seconds=50) == 2
    assert requests.status(first) == "authRequired"
    requests.come_back()
    assert (requests.deliver(), requests.waiting()) == (0, 2)


def test_nothing_of_an_account_or_a_secret_is_logged(
    requests: RequestsHarness, sage: Simulator, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    [account] = requests.accounts("acc-10003")
    requests.send(account, {"bankAccountId": "unknown", "bankId": "bank"}, "nonsense-in-a-message")
    requests.deliver()

    logged = "".join(capfd.readouterr()) + repr([vars(record) for record in caplog.records])
    assert "request is retried" in logged
    assert "HTTP 404: NotFoundError: there is no such bank account" in logged
    for secret in (account["bankAccountId"], "nonsense-in-a-message", *sage.credentials.values()):
        assert secret not in logged
