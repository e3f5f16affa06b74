"""An alarm reaches the deployer, names the section that says what to do, and watches a metric that exists."""

import re
from typing import Any

import pytest

from connector.delivery.deliver import Delivery
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
    named = re.search(r'(docs/[\w-]+\.md) "([^"]+)"', ALARMS[name]["AlarmDescription"])
    assert named
    assert re.search(rf"^##+ {named[2]}$", (CHECKOUT / named[1]).read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_a_metric_that_the_code_writes(name: str) -> None:
    alarm = ALARMS[name]
    if alarm.get("Namespace") != "SageReauthorisation":
        return
    filters = [r for r in template()["Resources"].values() if r["Type"] == "AWS::Logs::MetricFilter"]
    counted = {t["MetricName"] for r in filters for t in r["Properties"]["MetricTransformations"]}
    sources = [*CHECKOUT.glob("functions/*/app.py"), *CHECKOUT.glob("layers/connector/connector/**/*.py")]
    written = {word for source in sources for word in COUNTED.findall(source.read_text())}
    assert alarm["MetricName"] in written | counted
    # A metric of a filter has no dimension.
    if alarm["MetricName"] not in counted:
        assert alarm["Dimensions"] == [{"Name": "service", "Value": "sage-reauthorisation"}]


def test_an_alarm_watches_the_errors_of_each_function_that_no_customer_waits_for() -> None:
    events = {
        name: resource["Properties"].get("Events", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    # Errors of those behind the API are the API's own, which CustomersSeeErrors watches.
    alone = {name for name, found in events.items() if found and all(e["Type"] != "Api" for e in found.values())}
    watched = [
        dimension["Value"]["Ref"]
        for alarm in ALARMS.values()
        if alarm["MetricName"] == "Errors"
        for dimension in alarm["Dimensions"]
    ]
    assert sorted(watched) == sorted(alone)


def test_a_lease_outlives_every_invocation_that_takes_one_for_a_customer() -> None:
    assert template()["Resources"]["CompletionFunction"]["Properties"]["Timeout"] < Delivery.LEASE_SECONDS
