"""What the template promises of the queue, its function and their rate."""

from typing import Any

from tests.template import template

SAGE_ALLOWS = 10


def properties(logical_id: str) -> dict[str, Any]:
    found: dict[str, Any] = template()["Resources"][logical_id]["Properties"]
    return found


def default(parameter: str) -> int:
    return int(template()["Parameters"][parameter]["Default"])


def test_requests_and_confirmations_together_leave_one_call_of_each_second_to_customers() -> None:
    assert default("ReauthRequestsPerSecond") == SAGE_ALLOWS - 1
    assert default("ConfirmationsPerSecond") < default("ReauthRequestsPerSecond")


def test_only_messages_that_were_not_dealt_with_come_again() -> None:
    event = properties("ReauthRequestFunction")["Events"]["Requests"]["Properties"]

    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_no_message_comes_again_while_it_is_still_worked_on() -> None:
    queue, function = properties("ReauthRequestsQueue"), properties("ReauthRequestFunction")

    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_sqs_delivers_a_request_often_enough_for_all_of_its_follow_hours() -> None:
    longest_pause_seconds = 900
    deliveries = default("FollowHours") * 3600 / (longest_pause_seconds / 2) + 50

    assert properties("ReauthRequestsQueue")["RedrivePolicy"]["maxReceiveCount"] > deliveries


def test_each_request_fits_into_a_dead_letter_with_its_reason() -> None:
    longest_reason_bytes = 4 * 300
    sizes = [properties(name)["MaximumMessageSize"] for name in ("ReauthRequestsQueue", "ReauthRequestsDeadLetters")]

    assert sizes[0] + longest_reason_bytes + 1024 < sizes[1]


def test_requests_and_dead_letters_are_kept_as_long_as_sqs_keeps_anything_and_encrypted() -> None:
    for name in ("ReauthRequestsQueue", "ReauthRequestsDeadLetters"):
        assert properties(name)["MessageRetentionPeriod"] == 14 * 24 * 3600
        assert properties(name)["SqsManagedSseEnabled"] == {"Fn::If": ["HasKmsKey", {"Ref": "AWS::NoValue"}, True]}


def test_dead_letters_and_accounts_that_did_not_follow_have_an_alarm() -> None:
    dimensions = properties("RequestFailedAlarm")["Dimensions"]

    assert "ReauthRequestsDeadLetters" in str(dimensions)
    assert properties("AccountNotConfirmedAlarm")["MetricName"] == "AccountNotConfirmed"
    for name in ("RequestFailedAlarm", "AccountNotConfirmedAlarm"):
        assert "docs/reauth-requests.md" in properties(name)["AlarmDescription"]
