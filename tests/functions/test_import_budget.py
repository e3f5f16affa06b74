"""What a cold GET /authrefresh may import: the customer waits for each module."""

import os
import subprocess
import sys
from functools import cache

import pytest

from tests.deployment import environment_for
from tests.template import CHECKOUT

LIST_MODULES = "import app, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


@cache
def imported(function: str) -> frozenset[str]:
    """Import a function's module in a new process; return the packages that are loaded then."""
    environment = environment_for({"Authenticator": "consent"}) | {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "layers" / "connector"), str(CHECKOUT / "functions" / function)]),
    }
    ran = subprocess.run(  # noqa: S603 - a command of our own
        [sys.executable, "-c", LIST_MODULES], env=environment, check=True, capture_output=True, text=True
    )
    return frozenset(ran.stdout.split())


@pytest.mark.parametrize("package", ["requests", "pydantic", "joserfc", "authlib", "babel"])
def test_the_first_page_does_not_wait_for_what_it_does_not_need(package: str) -> None:
    assert package not in imported("authrefresh")


@pytest.mark.parametrize("package", ["requests", "joserfc", "authlib", "babel"])
def test_the_second_page_does_not_wait_for_what_it_does_not_need(package: str) -> None:
    assert package not in imported("completion")


def test_a_notification_renders_no_page() -> None:
    assert not {"jinja2", "authlib"} & imported("notification")


@pytest.mark.parametrize("package", ["aws_xray_sdk", "boto3", "s3transfer"])
def test_no_function_imports_the_tracing_sdk_or_boto3(package: str) -> None:
    assert all(package not in imported(f) for f in ("notification", "authrefresh", "completion"))
