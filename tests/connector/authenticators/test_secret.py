"""The authenticator's values: from its own secret, and from no other."""

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from connector.authenticators.secret import AuthenticatorSecret, authenticator_values
from connector.aws.vault import Vault
from connector.runtime.settings import ConfigurationError
from tests.fakes.clock import Clock
from tests.fakes.secrets import Secrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class Filled:
    """The authenticator secret with these values; None: it has no value yet."""

    def __init__(self, values: dict[str, Any] | None) -> None:
        self.clock = Clock()
        self.stored = Secrets()
        self.stored.secret = values
        self.secret = AuthenticatorSecret(
            Vault(cast("SecretsManagerClient", self.stored), "own", authenticator_values, self.clock)
        )


def test_an_own_authenticator_has_secrets_of_its_own_of_any_name() -> None:
    filled = Filled({"signing_key": "-----BEGIN KEY-----\nZ\u00fc\n-----END KEY-----\n", "retries": 3})

    assert filled.secret.get("signing_key").splitlines()[1] == "Z\u00fc"
    with pytest.raises(ConfigurationError, match="retries"):
        filled.secret.get("retries")


@pytest.mark.parametrize("values", [None, {}, {"authenticator_api_key": " "}])
def test_a_value_that_the_secret_lacks_is_named_and_found_soon_after_it_was_filled_in(
    values: dict[str, Any] | None,
) -> None:
    filled = Filled(values)
    with pytest.raises(ConfigurationError, match="authenticator secret lacks authenticator_api_key"):
        filled.secret.get("authenticator_api_key")

    filled.stored.secret = {"authenticator_api_key": "key"}
    filled.clock.now += Vault.RELOAD_SECONDS

    assert filled.secret.get("authenticator_api_key") == "key"


def test_a_rotated_value_of_the_authenticator_is_found_by_a_caller_that_was_refused() -> None:
    filled = Filled({"authenticator_api_key": "old"})
    filled.secret.get("authenticator_api_key")
    filled.stored.secret = {"authenticator_api_key": "new"}
    filled.clock.now += Vault.RELOAD_SECONDS

    assert filled.secret.get("authenticator_api_key") == "old"
    assert filled.secret.reload("authenticator_api_key") == "new"


@pytest.mark.parametrize("text", ["[]", "{", "text"])
def test_an_authenticator_secret_that_is_no_json_object_is_said_and_not_quoted(text: str) -> None:
    with pytest.raises(ConfigurationError, match="authenticator secret is not a JSON object") as caught:
        authenticator_values(text)

    assert text not in str(caught.value).removeprefix("the authenticator secret")


def test_a_known_value_of_the_authenticator_that_no_header_can_carry_is_named() -> None:
    with pytest.raises(ConfigurationError, match="oidc_client_secret of the authenticator secret"):
        authenticator_values(json.dumps({"oidc_client_secret": "two\nlines"}))
