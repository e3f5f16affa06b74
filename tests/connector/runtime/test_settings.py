"""The settings of a capability, read from environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from connector.runtime.settings import ConfigurationError, read
from connector.web.redirect import AllowedOrigins


@dataclass(frozen=True, kw_only=True)
class Settings:
    max_attempts: int
    brand_name: str
    own: Mapping[str, object]
    redirect_origins: AllowedOrigins


GIVEN = {"MAX_ATTEMPTS": "5", "BRAND_NAME": " Bank\n", "OWN": '{"a": [1]}', "REDIRECT_ORIGINS": "https://*.sage.com"}


def test_a_field_is_the_variable_of_its_name_in_its_type() -> None:
    origins = AllowedOrigins.parse("https://*.sage.com")

    assert read(Settings, GIVEN) == Settings(
        max_attempts=5, brand_name="Bank", own={"a": [1]}, redirect_origins=origins
    )


def test_an_empty_text_is_an_empty_json_object() -> None:
    assert read(Settings, GIVEN | {"OWN": ""}).own == {}


def test_without_another_environment_that_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)

    assert read(Settings).max_attempts == 5


@pytest.mark.parametrize("name", GIVEN)
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is not set"):
        read(Settings, {other: value for other, value in GIVEN.items() if other != name})


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("MAX_ATTEMPTS", "five", "not a whole number"),
        ("OWN", "[]", "not a JSON object"),
        ("OWN", "{", "not a JSON object"),
        ("REDIRECT_ORIGINS", "ftp://bank.example", "not an http"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_its_fault(name: str, value: str, fault: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} cannot be read: .*{fault}"):
        read(Settings, GIVEN | {name: value})
