"""Where a customer may be sent back to."""

import pytest

from connector.web.redirect import AllowedOrigins, InvalidOriginError, return_url

SAGE = AllowedOrigins.parse("https://*.sagebankdrive.com, https://money.sage.com,http://127.0.0.1:8080")


@pytest.mark.parametrize(
    "uri",
    [
        "https://eu.sagebankdrive.com/return",
        "https://a.b.sagebankdrive.com",
        "https://money.sage.com/return?journey=7&x=%20",
        "https://MONEY.sage.com/return",
        "https://money.sage.com:443/return",
        "http://127.0.0.1:8080/landing?account=1",
    ],
)
def test_a_url_of_an_allowed_origin_is_allowed(uri: str) -> None:
    assert SAGE.allows(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "money.sage.com",
        "//money.sage.com/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://evil.example/",
        "http://money.sage.com/",
        "https://money.sage.com:8443/",
        "https://money.sage.com.evil.example/",
        "https://evilmoney.sage.com/",
        "https://sagebankdrive.com/",
        "https://evilsagebankdrive.com/",
        "https://.sagebankdrive.com/",
        "https://money.sage.com@evil.example/",
        "https://evil.example@money.sage.com/",
        "https://evil.example#@money.sage.com/",
        "https://money.sage.com/#fragment",
        "https://money.sage.com/#",
        "https://evil.example\\@money.sage.com/",
        "https://evil.example\\.sagebankdrive.com/",
        "https://money.sage.com\t/",
        " https://money.sage.com/",
        "https://money.sage.com/\r\nSet-Cookie:x=1",
        "https://money.sage.com:port/",
        "https://[::1/",
        "https://mon\u0435y.sage.com/",
        "https://evil.example%2f.sagebankdrive.com/",
        "https://evil.example[v1.x.sagebankdrive.com]/",
        "https://[v1.x.sagebankdrive.com].evil.example/",
        "https://[v1.x.sagebankdrive.com]/",
        "https://evil.example:443[v1.x.sagebankdrive.com]:443/",
        "https://money.sage.com:0/",
        "https://money.sage.com:00443/",
        "https://money.sage.com:/",
        "https://money.sage.com./",
        "https://money.sage.com;.evil.example/",
        "http://127.0.0.1:8081/landing",
        "http://127.0.0.1/landing",
        "https://money.sage.com/" + "a" * 2048,
    ],
)
def test_everything_else_is_not(uri: str) -> None:
    assert not SAGE.allows(uri)


@pytest.mark.parametrize(
    "text",
    [
        "sage.com",
        "https://*",
        "https://*.",
        "https://*.com",
        "https://*.127.0.0.1",
        "https://[v1.sage.com]",
        "https://sage.com:0",
        "http://*.sage.com",
        "https://sage.com/path",
        "https://user@sage.com",
        "https://a.*.sage.com",
        "*",
        "https://sage.com?x",
        "https://sage.com#x",
    ],
)
def test_an_entry_that_is_no_origin_is_refused_when_the_settings_are_read(text: str) -> None:
    with pytest.raises(InvalidOriginError):
        AllowedOrigins.parse(text)


def test_no_entry_allows_nothing() -> None:
    assert not AllowedOrigins.parse("").allows("https://money.sage.com/")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://a.example/r", "https://a.example/r?state=s"),
        ("https://a.example", "https://a.example?state=s"),
        ("https://a.example/r?j=7", "https://a.example/r?j=7&state=s"),
        ("https://a.example/r?", "https://a.example/r?state=s"),
        ("https://a.example/r?j=7&", "https://a.example/r?j=7&state=s"),
        ("https://a.example/r?u=%2Fa%20b&j", "https://a.example/r?u=%2Fa%20b&j&state=s"),
    ],
)
def test_the_state_is_added_to_the_query_and_nothing_else_changes(uri: str, expected: str) -> None:
    assert return_url(uri, "s") == expected


def test_a_state_cannot_add_a_parameter_of_its_own() -> None:
    assert return_url("https://a.example/r", "s&admin=1#x") == "https://a.example/r?state=s%26admin%3D1%23x"


def test_a_slash_of_the_state_is_encoded_too() -> None:
    assert return_url("https://a.example/r", "a/b") == "https://a.example/r?state=a%2Fb"
