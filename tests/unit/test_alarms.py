"""Whom an alarm wakes must find out at once what to do, and must be woken."""

import re
from typing import Any

import pytest

from connector.delivery import Delivery
from tests.template import CHECKOUT, template

ALARMS: dict[str, dict[str, Any]] = {
    name: resource["Properties"]
    for name, resource in template()["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
COUNTED = re.compile(r'"([A-Z][A-Za-z]+)"')


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_goes_to_the_deployer_s_topic(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == {
        "Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]
    }


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_names_a_section_that_says_what_to_do(name: str) -> None:
    named = re.search(r'(docs/\w+\.md) "([^"]+)"', ALARMS[name]["AlarmDescription"])
    assert named
    assert re.search(rf"^##+ {named[2]}$", (CHECKOUT / named[1]).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_something_that_is_told(name: str) -> None:
    alarm = ALARMS[name]
    if alarm.get("Namespace") != "SageReauthorisation":
        return
    sources = [*CHECKOUT.glob("functions/*/app.py"), *CHECKOUT.glob("layers/connector/connector/**/*.py")]
    told = {word for source in sources for word in COUNTED.findall(source.read_text())}
    assert alarm["MetricName"] in told
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "sage-reauthorisation"}]


def test_every_function_s_errors_are_alarmed() -> None:
    functions = {
        name for name, resource in template()["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"
    }
    watched = {
        dimension["Value"]["Ref"]
        for metric in ALARMS["FunctionErrorsAlarm"]["Metrics"]
        for dimension in metric.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])
    }
    # The one that CloudFormation itself calls fails the deployment instead.
    assert watched == functions - {"AppearanceCheckFunction"}


def test_a_lease_outlives_every_invocation_that_takes_one_for_a_customer() -> None:
    assert template()["Resources"]["CompletionFunction"]["Properties"]["Timeout"] < Delivery.LEASE_SECONDS
