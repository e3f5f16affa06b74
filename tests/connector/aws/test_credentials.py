"""The secrets that the deployer fills: a fault in one is named; a rotation or an AWS error drops no request."""

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from connector.aws.credentials import AuthenticatorSecret, Credentials, Vault, authenticator_values, retry_refused
from connector.aws.errors import ServiceUnavailableError
from connector.runtime.settings import ConfigurationError
from tests.fakes.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SECRET = {"client_id": "id", "client_secret": "old", "api_key": "key", "notification_header_value": "header"}


class Secrets:
    """Secrets Manager with one secret, which may be down."""

    class exceptions:  # noqa: D106, N801 - as boto3 has it
        ResourceNotFoundException = KeyError

    def __init__(self) -> None:
        self.secret: dict[str, Any] | None = dict(SECRET)
        """None: the secret has no value."""
        self.down = False
        self.reads = 0

    def get_secret_value(self, **_: str) -> dict[str, str]:
        self.reads += 1
        if self.down:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        if self.secret is None:
            raise self.exceptions.ResourceNotFoundException
        return {"SecretString": json.dumps(self.secret)}


class Safe:
    def __init__(self) -> None:
        self.clock = Clock()
        self.secrets = Secrets()
        self.vault = Vault(cast("SecretsManagerClient", self.secrets), "arn", Credentials.parse, self.clock)


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


def test_who_is_refused_looks_at_once_but_not_in_a_stream(safe: Safe) -> None:
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


def test_an_outage_is_told_where_nothing_is_known_yet(safe: Safe) -> None:
    safe.secrets.down = True
    with pytest.raises(ServiceUnavailableError, match="InternalServiceError"):
        safe.vault.get()


def test_what_is_missing_is_named_and_nothing_quoted() -> None:
    with pytest.raises(ConfigurationError, match="lacks client_secret, api_key") as told:
        Credentials.parse(json.dumps({"client_id": "mine", "notification_header_value": "secret", "api_key": ""}))
    assert "mine" not in str(told.value)


def test_credentials_do_not_print_themselves() -> None:
    assert "old" not in repr(Credentials.parse(json.dumps(SECRET)))


def test_a_line_s_end_that_was_pasted_along_is_no_part_of_a_value() -> None:
    assert Credentials.parse(json.dumps(SECRET | {"api_key": " key\r\n"})).api_key == "key"


@pytest.mark.parametrize("value", ["k\u2019", "two\nlines", "nul\0s"])
def test_a_value_that_no_header_can_carry_is_named_and_not_quoted(value: str) -> None:
    with pytest.raises(ConfigurationError, match="api_key") as caught:
        Credentials.parse(json.dumps(SECRET | {"api_key": value}))

    assert value not in str(caught.value)


def test_a_secret_that_was_broken_since_leaves_what_is_known(safe: Safe) -> None:
    safe.vault.get()
    safe.secrets.secret = {}
    safe.clock.now += Vault.FRESH_SECONDS

    assert safe.vault.get().client_secret == "old"
    assert safe.vault.get().client_secret == "old"
    assert safe.secrets.reads == 2


class TwoSecrets:
    """The authenticator secret beside the credentials secret, of which either may lack what the authenticator needs."""

    def __init__(self, own: dict[str, Any] | None, **credentials: str) -> None:
        self.clock = Clock()
        self.own, self.shared = Secrets(), Secrets()
        self.own.secret = own
        self.shared.secret = SECRET | credentials
        self.secret = AuthenticatorSecret(
            Vault(cast("SecretsManagerClient", self.own), "own", authenticator_values, self.clock),
            Vault(cast("SecretsManagerClient", self.shared), "credentials", Credentials.parse, self.clock),
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
