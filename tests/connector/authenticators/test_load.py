"""The authenticator that the deployer chose, and what comes between it and the journey."""

import json
import sys
from io import StringIO
from pathlib import Path

import boto3
import pytest
from aws_lambda_powertools import Logger
from moto import mock_aws

from connector.authenticators import load
from connector.authenticators.error_boundary import ErrorBoundary
from connector.authenticators.port import Answers, AuthenticatorUnavailableError, Granted, LookedAgain, Visit
from connector.aws.credentials import Credentials, CredentialsVault
from connector.runtime import observability
from connector.settings import ConfigurationError, Settings
from tests.deployment import environment_for
from tests.fakes.authenticator import PASSWORD, Bank

OWN = """
from connector.authenticators.port import Authenticator, Granted

class Own(Authenticator):
    def begin(self, visit):
        return Granted(frozenset({self.settings.authenticator_url}))

    def resume(self, visit, answer):
        return self.begin(visit)

class Other:
    def __init__(self, settings, credentials):
        pass
"""
VISIT = Visit(authorisation_id="a", external_id="x", bank_id=None, locale="en", expires_at=0, key="k")


def settings(authenticator: str, url: str = "https://bank.example") -> Settings:
    parameters = {"Authenticator": authenticator, "AuthenticatorUrl": url}
    with mock_aws():
        return Settings.from_environment(environment_for(parameters))


@pytest.fixture
def vault() -> CredentialsVault:
    with mock_aws():
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        return CredentialsVault(client, "arn", lambda: 0.0)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "own_bank.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "own_bank"


@pytest.mark.parametrize("name", ["consent", "steps", "oidc"])
def test_ours_are_known_by_a_word(name: str, vault: CredentialsVault) -> None:
    assert isinstance(load(settings(name), vault), ErrorBoundary)


def test_a_providers_own_is_made_with_settings_and_credentials(own: str, vault: CredentialsVault) -> None:
    found = load(settings(f"{own}:Own"), vault)

    assert found.begin(VISIT) == Granted(frozenset({"https://bank.example"}))


@pytest.mark.parametrize("name", ["nobody", "nobody:Nobody", "own_bank:Nobody", ":", "own_bank:Other", "json:loads"])
def test_what_is_no_authenticator_is_refused_by_its_name(name: str, own: str, vault: CredentialsVault) -> None:
    assert own
    with pytest.raises(ConfigurationError, match=name):
        load(settings(name), vault)


@pytest.mark.parametrize("name", ["steps", "oidc"])
def test_those_that_need_a_url_say_so(name: str, vault: CredentialsVault) -> None:
    with pytest.raises(ConfigurationError, match="AuthenticatorUrl"):
        load(settings(name, ""), vault)


def test_only_the_chosen_one_is_imported(own: str, vault: CredentialsVault) -> None:
    for name in [name for name in sys.modules if name.startswith("connector.authenticators.oidc")]:
        del sys.modules[name]

    load(settings(f"{own}:Own"), vault)

    assert "connector.authenticators.oidc" not in sys.modules


def test_a_secret_that_lacks_what_the_authenticator_needs_is_named() -> None:
    needed = dict.fromkeys(("client_id", "client_secret", "api_key", "notification_header_value"), "x")
    credentials = Credentials.parse(json.dumps(needed))

    with pytest.raises(ConfigurationError, match="authenticator_api_key"):
        credentials.needed("authenticator_api_key")


def test_a_fault_in_an_authenticator_is_logged_without_what_the_customer_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = StringIO()
    monkeypatch.setattr(
        "connector.authenticators.error_boundary.logger", Logger(service=observability.__name__, stream=log)
    )
    bank = Bank()

    def quote() -> None:
        raise ValueError(f"cannot read {bank.prompt[-1]!r} {PASSWORD}")

    bank.on_call = quote

    with pytest.raises(AuthenticatorUnavailableError):
        ErrorBoundary(bank).resume(VISIT, Answers({"user": "anna", "password": PASSWORD}))
    assert "ValueError at test_load.py" in log.getvalue()
    assert PASSWORD not in log.getvalue()


def test_what_an_authenticator_says_passes_unchanged() -> None:
    bank = Bank(approved=True)

    assert ErrorBoundary(bank).resume(VISIT, LookedAgain()) == Granted(bank.holds)
    ErrorBoundary(bank).cancel(VISIT)
    assert bank.cancelled == [""]


def test_neither_answers_nor_keys_print_themselves() -> None:
    shown = repr(Answers({"password": PASSWORD})) + repr(VISIT)

    assert PASSWORD not in shown
    assert "key=" not in shown
