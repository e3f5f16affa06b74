"""The authenticator's values: from its own secret, else from the credentials secret."""

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from connector.authenticators.secret import AuthenticatorSecret, authenticator_values, credentials_values
from connector.aws.vault import Vault
from connector.runtime.settings import ConfigurationError
from tests.fakes.clock import Clock
from tests.fakes.secrets import SECRET, Secrets

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class TwoSecrets:
    """The authenticator secret beside the credentials secret, of which either may lack what the authenticator needs."""

    def __init__(self, own: dict[str, Any] | None, **credentials: str) -> None:
        self.clock = Clock()
        self.own, self.shared = Secrets(), Secrets()
        self.own.secret = own
        self.shared.secret = SECRET | credentials
        self.secret = AuthenticatorSecret(
            Vault(cast("SecretsManagerClient", self.own), "own", authenticator_values, self.clock),
            Vault(cast("SecretsManagerClient", self.shared), "credentials", credentials_values, self.clock),
        )


def test_an_own_authenticator_has_secrets_of_its_own_of_any_name() -> None:
    two = TwoSecrets({"signing_key": "-----BEGIN KEY-----\nZ\u00fc\n-----END KEY-----\n", "retries": 3})

    assert two.secret.get("signing_key").splitlines()[1] == "Z\u00fc"
    with pytest.raises(ConfigurationError, match="retries"):
        two.secret.get("retries")
    assert two.shared.reads == 0


@pytest.mark.parametrize("own", [None, {}, {"oidc_client_id": " "}])
def test_what_the_authenticator_secret_lacks_is_read_from_the_credentials_secret(own: dict[str, Any] | None) -> None:
    assert TwoSecrets(own, oidc_client_id="from-credentials").secret.get("oidc_client_id") == "from-credentials"


def test_the_authenticator_secret_goes_before_the_credentials_secret() -> None:
    assert TwoSecrets({"oidc_client_id": "own"}, oidc_client_id="old").secret.get("oidc_client_id") == "own"


@pytest.mark.parametrize("name", ["client_secret", "api_key", "notification_header_value"])
def test_an_authenticator_cannot_read_the_credentials_for_sage(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        TwoSecrets({}).secret.get(name)


def test_a_value_that_neither_secret_has_is_named_and_found_soon_after_it_was_filled_in() -> None:
    two = TwoSecrets(None)
    with pytest.raises(ConfigurationError, match="authenticator secret lacks authenticator_api_key"):
        two.secret.get("authenticator_api_key")

    two.own.secret = {"authenticator_api_key": "key"}
    two.clock.now += Vault.RELOAD_SECONDS

    assert two.secret.get("authenticator_api_key") == "key"


def test_a_rotated_value_of_the_authenticator_is_found_by_a_caller_that_was_refused() -> None:
    two = TwoSecrets({"authenticator_api_key": "old"})
    two.secret.get("authenticator_api_key")
    two.own.secret = {"authenticator_api_key": "new"}
    two.clock.now += Vault.RELOAD_SECONDS

    assert two.secret.get("authenticator_api_key") == "old"
    assert two.secret.reload("authenticator_api_key") == "new"


@pytest.mark.parametrize("text", ["[]", "{", "text"])
def test_an_authenticator_secret_that_is_no_json_object_is_said_and_not_quoted(text: str) -> None:
    with pytest.raises(ConfigurationError, match="authenticator secret is not a JSON object") as caught:
        authenticator_values(text)

    assert text not in str(caught.value).removeprefix("the authenticator secret")


def test_a_known_value_of_the_authenticator_that_no_header_can_carry_is_named() -> None:
    with pytest.raises(ConfigurationError, match="oidc_client_secret of the authenticator secret"):
        authenticator_values(json.dumps({"oidc_client_secret": "two\nlines"}))


def test_a_known_value_in_the_credentials_secret_that_no_header_can_carry_is_named() -> None:
    with pytest.raises(ConfigurationError, match="oidc_client_id of the credentials secret"):
        credentials_values(json.dumps({"oidc_client_id": "two\nlines"}))
