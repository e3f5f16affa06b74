"""The authenticator that the deployer chose, and what comes between it and the journey."""

import sys
from io import StringIO
from pathlib import Path

import pytest

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.error_boundary import LARGEST_RESULT, ErrorBoundary
from connector.authenticators.port import Answers, AuthenticatorUnavailableError, Granted, StillWaiting, Visit, Wait
from connector.authenticators.registry import load
from connector.runtime.settings import ConfigurationError, read
from tests.deployment import environment_for
from tests.fakes.authenticator import PASSWORD, Bank

OWN = """
from connector.authenticators.port import Authenticator, Granted

class Own(Authenticator):
    def begin(self, visit):
        settings = self.settings.authenticator_settings["sender"], self.settings.authenticator_url
        return Granted(frozenset(settings))

    def resume(self, visit, answer):
        return self.begin(visit)

class Other:
    def __init__(self, configuration):
        pass
"""
VISIT = Visit(authorisation_id="a", external_id="x", bank_id=None, locale="en", expires_at=0, key="k")


class Secret:
    """A secret with no value."""

    def get(self, name: str) -> str:
        raise ConfigurationError(f"the authenticator secret lacks {name}")

    reload = get


def configuration(authenticator: str, url: str = "https://bank.example") -> Configuration:
    parameters = {
        "Authenticator": authenticator,
        "AuthenticatorUrl": url,
        "AuthenticatorSettings": '{"sender": "Bank"}',
    }
    settings = read(AuthenticatorSettings, environment_for(parameters))
    return Configuration(settings, Secret())  # type: ignore[arg-type]  # as much of it as is called


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "own_bank.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "own_bank"


@pytest.mark.parametrize("name", ["consent", "steps", "oidc"])
def test_ours_are_known_by_a_word(name: str) -> None:
    assert isinstance(load(configuration(name)), ErrorBoundary)


def test_a_providers_own_is_made_with_settings_of_its_own(own: str) -> None:
    found = load(configuration(f"{own}:Own"))

    assert found.begin(VISIT) == Granted(frozenset({"https://bank.example", "Bank"}))


@pytest.mark.parametrize("name", ["nobody", "nobody:Nobody", "own_bank:Nobody", ":", "own_bank:Other", "json:loads"])
def test_what_is_no_authenticator_is_refused_by_its_name(name: str, own: str) -> None:
    assert own
    with pytest.raises(ConfigurationError, match=name):
        load(configuration(name))


@pytest.mark.parametrize("name", ["steps", "oidc"])
def test_those_that_need_a_url_say_so(name: str) -> None:
    with pytest.raises(ConfigurationError, match="AuthenticatorUrl"):
        load(configuration(name, ""))


def test_only_the_chosen_one_is_imported(own: str) -> None:
    for name in [name for name in sys.modules if name.startswith("connector.authenticators.oidc.")]:
        del sys.modules[name]

    load(configuration(f"{own}:Own"))

    assert "connector.authenticators.oidc.authenticator" not in sys.modules


def test_a_fault_in_an_authenticator_is_logged_without_what_the_customer_typed(log: StringIO) -> None:
    bank = Bank()

    def quote() -> None:
        raise ValueError(f"cannot read {bank.calls[-1]!r} {PASSWORD}")

    bank.on_call = quote

    with pytest.raises(AuthenticatorUnavailableError):
        ErrorBoundary(bank).resume(VISIT, Answers({"user": "anna", "password": PASSWORD}))
    assert "ValueError at test_load.py" in log.getvalue()
    assert PASSWORD not in log.getvalue()


def test_what_an_authenticator_says_passes_unchanged() -> None:
    bank = Bank(approved=True)

    assert ErrorBoundary(bank).resume(VISIT, StillWaiting()) == Granted(bank.holds)
    ErrorBoundary(bank).cancel(VISIT)
    assert bank.cancelled == [""]


def test_a_result_that_no_session_can_store_is_an_error() -> None:
    bank = Bank(instead=Wait(seconds=1, text="é" * LARGEST_RESULT))

    with pytest.raises(AuthenticatorUnavailableError):
        ErrorBoundary(bank).resume(VISIT, StillWaiting())


def test_neither_answers_nor_keys_print_themselves() -> None:
    shown = repr(Answers({"password": PASSWORD})) + repr(VISIT)

    assert PASSWORD not in shown
    assert "key=" not in shown
