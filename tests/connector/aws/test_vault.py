"""The secrets that the deployer fills: a fault in one is named; a rotation or an AWS error drops no request."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from connector.aws.errors import ServiceUnavailableError
from connector.aws.vault import Vault, read_secret, retry_refused
from connector.runtime.settings import ConfigurationError
from tests.fakes.clock import Clock
from tests.fakes.secrets import SECRET, Secrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True, kw_only=True)
class Credentials:
    client_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    optional: str | None = None


def parse(text: str) -> Credentials:
    return read_secret(Credentials, "credentials", text)


class Safe:
    def __init__(self) -> None:
        self.clock = Clock()
        self.secrets = Secrets()
        self.vault = Vault(cast("SecretsManagerClient", self.secrets), "arn", parse, self.clock)


@pytest.fixture
def safe() -> Safe:
    return Safe()


def test_the_secret_is_read_once_for_a_few_minutes(safe: Safe) -> None:
    safe.vault.get()
    safe.clock.now += Vault.FRESH_SECONDS - 1
    safe.vault.get()
    assert safe.secrets.reads == 1


def test_a_rotated_secret_is_found_by_itself(safe: Safe) -> None:
    safe.vault.get()
    safe.secrets.secret = SECRET | {"client_secret": "new"}
    safe.clock.now += Vault.FRESH_SECONDS
    assert safe.vault.get().client_secret == "new"


def test_a_refused_caller_reads_the_secret_at_once_but_not_again_and_again(safe: Safe) -> None:
    safe.vault.get()
    safe.secrets.secret = SECRET | {"client_secret": "new"}
    safe.vault.reload()
    assert safe.secrets.reads == 1
    safe.clock.now += Vault.RELOAD_SECONDS
    assert safe.vault.reload().client_secret == "new"


def test_while_secrets_manager_is_down_what_is_known_serves_on(safe: Safe) -> None:
    safe.vault.get()
    safe.secrets.down = True
    safe.clock.now += Vault.FRESH_SECONDS
    assert safe.vault.get().client_secret == "old"
    safe.vault.get()
    assert safe.secrets.reads == 2
    safe.secrets.down = False
    safe.clock.now += Vault.RELOAD_SECONDS
    safe.vault.get()
    assert safe.secrets.reads == 3


def test_a_failed_read_of_an_old_secret_is_followed_by_no_other_for_ten_seconds(safe: Safe) -> None:
    safe.vault.get()
    safe.clock.now += Vault.FRESH_SECONDS
    safe.secrets.down = True
    for read in (safe.vault.get, safe.vault.reload, safe.vault.reload):
        assert read().client_secret == "old"
    assert safe.secrets.reads == 2


def test_an_error_of_the_service_is_raised_where_no_value_is_known_yet(safe: Safe) -> None:
    safe.secrets.down = True
    with pytest.raises(ServiceUnavailableError, match="InternalServiceError"):
        safe.vault.get()


def test_what_is_missing_is_named_and_nothing_quoted() -> None:
    with pytest.raises(ConfigurationError, match="lacks client_secret, api_key") as caught:
        parse(json.dumps({"client_id": "mine", "notification_header_value": "secret", "api_key": ""}))
    assert "mine" not in str(caught.value)


def test_credentials_do_not_print_themselves() -> None:
    assert "old" not in repr(parse(json.dumps(SECRET)))


def test_a_line_s_end_that_was_pasted_along_is_no_part_of_a_value() -> None:
    assert parse(json.dumps(SECRET | {"api_key": " key\r\n"})).api_key == "key"


@pytest.mark.parametrize("value", ["k\u2019", "two\nlines", "nul\0s"])
def test_a_value_that_no_header_can_carry_is_named_and_not_quoted(value: str) -> None:
    with pytest.raises(ConfigurationError, match="api_key") as caught:
        parse(json.dumps(SECRET | {"api_key": value}))

    assert value not in str(caught.value)


def test_values_that_were_withdrawn_by_emptying_the_secret_are_used_for_an_hour_at_most(safe: Safe) -> None:
    safe.vault.get()
    safe.secrets.secret = {}
    safe.clock.now += Vault.MAX_AGE_SECONDS - 1
    assert safe.vault.get().client_secret == "old"
    safe.clock.now += Vault.RELOAD_SECONDS

    with pytest.raises(ConfigurationError):
        safe.vault.get()


def test_values_are_used_for_an_hour_at_most_while_secrets_manager_is_unavailable(safe: Safe) -> None:
    safe.vault.get()
    safe.secrets.down = True
    safe.clock.now += Vault.MAX_AGE_SECONDS

    with pytest.raises(ServiceUnavailableError):
        safe.vault.get()
    safe.secrets.down = False
    assert safe.vault.get().client_secret == "old"


def test_a_secret_that_was_broken_since_leaves_what_is_known(safe: Safe) -> None:
    safe.vault.get()
    safe.secrets.secret = {}
    safe.clock.now += Vault.FRESH_SECONDS

    assert safe.vault.get().client_secret == "old"
    assert safe.vault.get().client_secret == "old"
    assert safe.secrets.reads == 2


@pytest.mark.parametrize(
    ("reloaded", "refused", "used"),
    [("new", {"old"}, ["old", "new"]), ("old", {"old"}, ["old"]), ("new", set[str](), ["old"])],
    ids=["refused and rotated", "refused and not rotated", "accepted"],
)
def test_a_refused_credential_is_replaced_once_where_it_was_rotated(
    reloaded: str, refused: set[str], used: list[str]
) -> None:
    seen = list[str]()

    def use(value: str) -> str:
        seen.append(value)
        return value

    assert retry_refused("old", lambda: reloaded, use, lambda value: value in refused) == used[-1]
    assert seen == used
