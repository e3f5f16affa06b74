"""What a cold start may import: a customer or Banking Service waits for each module."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from tests.deployment import environment_for
from tests.template import CHECKOUT

LIST_MODULES = "import app, json, sys; print(json.dumps(sorted(sys.modules)))"

MOST_MODULES = {"authrefresh": 475, "notification": 610, "completion": 508}
"""With those of the standard library and of the development environment. More of them need a decision."""


@cache
def imported(function: str) -> frozenset[str]:
    """Import a function's module in a new process; return the modules that are loaded then."""
    environment = environment_for({"Authenticator": "consent"}) | {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "layers" / "connector"), str(CHECKOUT / "functions" / function)]),
    }
    ran = subprocess.run(  # noqa: S603 - a command of our own
        [sys.executable, "-c", LIST_MODULES], env=environment, check=True, capture_output=True, text=True
    )
    return frozenset(json.loads(ran.stdout))


@pytest.mark.parametrize(
    "package", ["requests", "pydantic", "joserfc", "authlib", "babel", "connector.aws.lock", "connector.aws.vault"]
)
def test_the_first_page_does_not_wait_for_what_it_does_not_need(package: str) -> None:
    assert package not in imported("authrefresh")


@pytest.mark.parametrize("package", ["requests", "pydantic", "joserfc", "authlib", "babel"])
def test_the_second_page_does_not_wait_for_what_it_does_not_need(package: str) -> None:
    assert package not in imported("completion")


@pytest.mark.parametrize("package", ["jinja2", "authlib", "pydantic", "connector.aws.lock"])
def test_a_notification_does_not_wait_for_what_it_does_not_need(package: str) -> None:
    assert package not in imported("notification")


@pytest.mark.parametrize("package", ["aws_xray_sdk", "aws_lambda_powertools", "boto3", "s3transfer"])
def test_no_function_imports_the_tracing_sdk_powertools_or_boto3(package: str) -> None:
    assert all(package not in imported(f) for f in MOST_MODULES)


@pytest.mark.parametrize("function", MOST_MODULES)
def test_a_cold_start_imports_no_more_modules_than_its_budget(function: str) -> None:
    assert len(imported(function)) <= MOST_MODULES[function]
