"""What the template must have: each alarm with its direction and threshold, each schedule, what outlives the stack."""

import re
from typing import Any

import pytest

from tests.template import template

RESOURCES: dict[str, dict[str, Any]] = template()["Resources"]
PARAMETERS: dict[str, dict[str, Any]] = template()["Parameters"]

OURS, LAMBDA = "SageReauthorisation", "AWS/Lambda"
MORE, FEWER = "GreaterThanThreshold", "LessThanThreshold"
QUIET, LOUD = "notBreaching", "breaching"

# Namespace, metric, statistic, period in seconds, periods, comparison, threshold, without data.
REQUIRED = {
    "OutcomeRejectedAlarm": (OURS, "OutcomeRejected", "Sum", 300, 1, MORE, 0, QUIET),
    "OutcomeExpiredAlarm": (OURS, "OutcomeExpired", "Sum", 300, 1, MORE, 0, QUIET),
    "OutcomesUndeliveredAlarm": (OURS, "OldestUndeliveredSeconds", "Maximum", 60, 2, MORE, 300, QUIET),
    "RelayStoppedAlarm": (LAMBDA, "Invocations", "Sum", 300, 1, FEWER, 1, LOUD),
    "AccountNotWaitingAlarm": (OURS, "AccountNotWaiting", "Sum", 300, 1, MORE, 0, QUIET),
    "AccountNotConfirmedAlarm": (OURS, "AccountNotConfirmed", "Sum", 300, 1, MORE, 0, QUIET),
    "RequestFailedAlarm": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 300, 1, MORE, 0, QUIET),
    "TokenNotRenewedAlarm": (OURS, "TokenRenewalFailed", "Sum", 300, 3, MORE, 0, QUIET),
    "CustomersSeeErrorsAlarm": ("AWS/ApiGateway", "5XXError", "Sum", 300, 1, MORE, 5, QUIET),
    "RequestsThrottledAlarm": (OURS, "RequestsThrottled", "Sum", 300, 1, MORE, 0, QUIET),
    "RequestsRefusedAlarm": ("AWS/ApiGateway", "4XXError", "Sum", 300, 1, MORE, 200, QUIET),
    "AuthrefreshRefusedAlarm": (OURS, "AuthrefreshRefused", "Sum", 300, 1, MORE, 50, QUIET),
    "NotificationNotAuthenticatedAlarm": (OURS, "NotificationNotAuthenticated", "Sum", 300, 1, MORE, 20, QUIET),
    "DeliveryErrorsAlarm": (LAMBDA, "Errors", "Sum", 300, 2, MORE, 0, QUIET),
    "ConfirmationErrorsAlarm": (LAMBDA, "Errors", "Sum", 300, 2, MORE, 0, QUIET),
    "ReauthRequestErrorsAlarm": (LAMBDA, "Errors", "Sum", 300, 2, MORE, 0, QUIET),
    "SageTokenErrorsAlarm": (LAMBDA, "Errors", "Sum", 300, 2, MORE, 0, QUIET),
}
WATCHED_FUNCTIONS = {
    "RelayStoppedAlarm": "DeliveryFunction",
    "DeliveryErrorsAlarm": "DeliveryFunction",
    "ConfirmationErrorsAlarm": "ConfirmationFunction",
    "ReauthRequestErrorsAlarm": "ReauthRequestFunction",
    "SageTokenErrorsAlarm": "SageTokenFunction",
}


def properties(logical_id: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[logical_id]["Properties"]
    return found


def test_no_alarm_is_missing_here_or_in_the_template() -> None:
    alarms = {name for name, resource in RESOURCES.items() if resource["Type"] == "AWS::CloudWatch::Alarm"}

    assert alarms == set(REQUIRED)


@pytest.mark.parametrize("name", REQUIRED)
def test_an_alarm_fires_in_its_direction_at_its_threshold(name: str) -> None:
    alarm = properties(name)

    assert (
        alarm["Namespace"],
        alarm["MetricName"],
        alarm["Statistic"],
        alarm["Period"],
        alarm["EvaluationPeriods"],
        alarm["ComparisonOperator"],
        alarm["Threshold"],
        alarm["TreatMissingData"],
    ) == REQUIRED[name]
    assert not {"DatapointsToAlarm", "Metrics", "ActionsEnabled", "Unit"} & alarm.keys()


@pytest.mark.parametrize("name", sorted(REQUIRED.keys() - {"RequestsThrottledAlarm"}))
def test_an_alarm_watches_what_its_name_says(name: str) -> None:
    dimensions = {d["Name"]: d["Value"] for d in properties(name)["Dimensions"]}

    assert (
        dimensions
        == {
            OURS: {"service": "sage-reauthorisation"},
            LAMBDA: {"FunctionName": {"Ref": WATCHED_FUNCTIONS.get(name, "")}},
            "AWS/SQS": {"QueueName": {"Fn::GetAtt": ["ReauthRequestsDeadLetters", "QueueName"]}},
            "AWS/ApiGateway": {"ApiName": {"Ref": "AWS::StackName"}, "Stage": "live"},
        }[REQUIRED[name][0]]
    )


def test_throttled_requests_are_counted_by_the_status_of_the_access_log() -> None:
    counted = properties("RequestsThrottled")

    assert counted["LogGroupName"] == {"Ref": "AccessLogs"}
    assert counted["FilterPattern"] == '{ $.status = "429" }'
    [metric] = counted["MetricTransformations"]
    assert (metric["MetricNamespace"], metric["MetricName"]) == (OURS, "RequestsThrottled")
    # A metric of a filter has no dimension without a field of the line.
    assert properties("RequestsThrottledAlarm")["Dimensions"] == []


# Rate, the function's time-out in seconds.
SCHEDULED = {
    "DeliveryFunction": ("rate(1 minute)", 60),
    "ConfirmationFunction": ("rate(1 minute)", 75),
    "SageTokenFunction": ("rate(5 minutes)", 40),
}


def test_each_schedule_has_its_rate_and_its_function_its_timeout() -> None:
    found = {
        name: (event["Properties"]["Schedule"], resource["Properties"]["Timeout"])
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::Serverless::Function"
        for event in resource["Properties"].get("Events", {}).values()
        if event["Type"] == "Schedule"
    }

    assert found == SCHEDULED


@pytest.mark.parametrize("name", ["DeliveryFunction", "SageTokenFunction"])
def test_a_run_that_failed_is_not_repeated_beside_the_next_run(name: str) -> None:
    assert properties(name)["EventInvokeConfig"] == {"MaximumRetryAttempts": 0}


@pytest.mark.parametrize("name", ["AuthorisationsTable", "RequestsTable", "AccountsTable"])
def test_records_outlive_the_stack(name: str) -> None:
    assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize(
    "name", ["ProviderApiUrl", "SageIdTokenUrl", "SageIdIssuer", "SageIdJwksUrl", "AuthenticatorUrl"]
)
@pytest.mark.parametrize(
    "host", ["sage.example", "10.0.0.1", "localhost.sage.example", "127.0.0.1.sage.example", "169.254.169.254"]
)
def test_secrets_and_keys_travel_by_https_to_every_other_machine(name: str, host: str) -> None:
    end = "/" if name == "SageIdIssuer" else "/v1"

    assert not re.fullmatch(PARAMETERS[name]["AllowedPattern"], f"http://{host}{end}")
    assert re.fullmatch(PARAMETERS[name]["AllowedPattern"], f"https://{host}{end}")


def test_the_hosts_of_sage_may_receive_customers_and_frame_pages_without_a_setting() -> None:
    assert set(PARAMETERS["RedirectOrigins"]["Default"].split(",")) == {
        "https://*.sagebankdrive.com",
        "https://money.sage.com",
    }
    assert set(PARAMETERS["FrameAncestors"]["Default"].split(",")) == {
        "https://*.sage.com",
        "https://*.sagebankdrive.com",
        "https://*.intacct.com",
        "https://*.sageone.com",
    }


@pytest.mark.parametrize("kind", ["DEFAULT_4XX", "DEFAULT_5XX"])
def test_the_gateways_own_errors_have_the_security_headers_of_the_pages(kind: str) -> None:
    headers = properties("Api")["GatewayResponses"][kind]["ResponseParameters"]["Headers"]

    assert headers == {
        "Cache-Control": "'no-store'",
        "Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
        "X-Content-Type-Options": "'nosniff'",
        "Referrer-Policy": "'no-referrer'",
        "Content-Security-Policy": "'default-src; base-uri; form-action'",
    }


URLS = {
    name: parameter["AllowedPattern"]
    for name, parameter in PARAMETERS.items()
    if re.fullmatch(parameter.get("AllowedPattern", ""), "https://sage.example/v1/a")
    or re.fullmatch(parameter.get("AllowedPattern", ""), "https://sage.example/v1/a/")
    or re.fullmatch(parameter.get("AllowedPattern", ""), "https://sage.example")
} | {"SupportContact": PARAMETERS["SupportContact"]["AllowedPattern"]}
"""The parameters that are URLs, or lists of origins. Patterns that accept any text are not of URLs."""
ANY_TEXT = {name for name, pattern in URLS.items() if re.fullmatch(pattern, "no-url")}


def test_every_parameter_that_is_a_url_is_known_here() -> None:
    named = {name for name in PARAMETERS if re.search(r"Url$|Origins$|Ancestors$|Issuer$|SupportContact", name)}

    assert URLS.keys() - ANY_TEXT == named


@pytest.mark.parametrize("name", sorted(URLS.keys() - ANY_TEXT))
@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
@pytest.mark.parametrize(
    "start",
    [
        "http://sage.example",
        "http://sage.example:80",
        "http://localhost:x@sage.example",
        "http://localhost@sage.example",
        "http://localhost\\@sage.example",
        "http://localhost.sage.example",
        "http://localhost:80.sage.example",
        "http://127.0.0.1.sage.example",
        "http://127.0.0.1:80@sage.example",
        "http://127.0.0.1x",
        "http://127.sage.example",
        "http://.localhost.sage.example",
        "http://host.docker.internal.sage.example",
        "https://user@sage.example",
        "https://user:password@sage.example",
        "https://sage.example\\@evil.example",
        "https:sage.example",
        "HTTP://sage.example",
        "ftp://sage.example",
        "javascript://sage.example",
        "//sage.example",
    ],
)
def test_a_url_that_is_neither_https_nor_of_this_machine_is_refused_at_deployment(
    name: str, start: str, end: str
) -> None:
    assert not re.fullmatch(URLS[name], f"{start}{end}")


@pytest.mark.parametrize("kind", ["DEFAULT_4XX", "DEFAULT_5XX"])
def test_the_gateways_own_errors_are_a_page_for_customers_and_json_for_sage(kind: str) -> None:
    response = properties("Api")["GatewayResponses"][kind]

    page = response["ResponseTemplates"]["text/html"]
    assert page.startswith("<!DOCTYPE html>")
    assert "<h1>" in page
    assert "Reconnect" in page
    assert "$context" not in page
    assert "$context.error.messageString" in response["ResponseTemplates"]["application/json"]
    assert response["ResponseParameters"]["Headers"]["Cache-Control"] == "'no-store'"
