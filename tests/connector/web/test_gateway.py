"""API Gateway's events, read and answered."""

import base64
from typing import Any

import pytest

from connector.web.gateway import Request, Response


def event(**changes: object) -> dict[str, Any]:
    """Make a GET /authrefresh as a REST API of API Gateway sends it, with changes."""
    return {
        "resource": "/authrefresh",
        "path": "/authrefresh",
        "httpMethod": "GET",
        "headers": {"Host": "abc.execute-api.eu-west-1.amazonaws.com", "Sec-Fetch-Mode": "navigate"},
        "multiValueQueryStringParameters": {"state": ["s"], "twice": ["a", "b"]},
        "requestContext": {
            "domainName": "abc.execute-api.eu-west-1.amazonaws.com",
            "path": "/live/authrefresh",
            "stage": "live",
        },
        "body": None,
        "isBase64Encoded": False,
    } | changes


def test_header_names_have_no_case() -> None:
    assert Request.from_event(event()).headers["sec-fetch-mode"] == "navigate"


def test_a_parameter_given_twice_is_as_good_as_none() -> None:
    request = Request.from_event(event())

    assert request.only("state") == "s"
    assert request.only("twice") is None
    assert request.only("missing") is None


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"domainName": "abc.example", "path": "/live/authrefresh"}, "https://abc.example/live"),
        ({"domainName": "bank.example", "path": "/authrefresh"}, "https://bank.example"),
        ({"domainName": "bank.example", "path": "/sage/authrefresh"}, "https://bank.example/sage"),
        ({"domainName": "abc.example", "path": "/live/authrefresh/"}, "https://abc.example/live"),
        ({"domainName": "abc.example", "path": "/live/%61uthrefresh"}, "https://abc.example/live"),
        ({"path": "/live/authrefresh"}, "http://abc.execute-api.eu-west-1.amazonaws.com/live"),
    ],
)
def test_the_base_url_is_where_the_caller_found_us(context: dict[str, str], expected: str) -> None:
    assert Request.from_event(event(requestContext=context)).base_url == expected


def test_a_host_header_changes_nothing_where_api_gateway_names_the_domain() -> None:
    request = Request.from_event(event(headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}))

    assert request.base_url == "https://abc.execute-api.eu-west-1.amazonaws.com/live"


def test_a_form_is_read_as_browsers_send_it() -> None:
    request = Request.from_event(event(body="ticket=a%2Bb&name=J%C3%BCrgen+M&empty="))

    assert request.form() == {"ticket": "a+b", "name": "Jürgen M", "empty": ""}


def test_a_body_in_base64_is_decoded() -> None:
    encoded = base64.b64encode(b"do=cancel").decode()

    assert Request.from_event(event(body=encoded, isBase64Encoded=True)).form() == {"do": "cancel"}


@pytest.mark.parametrize(("body", "encoded"), [("x", True), ("\u00e9", True), ("do=\ud800", False)])
def test_a_body_that_cannot_be_read_is_read_as_far_as_it_goes(body: str, encoded: bool) -> None:  # noqa: FBT001 - a case
    assert Request.from_event(event(body=body, isBase64Encoded=encoded)).form() in ({}, {"do": "?"})


@pytest.mark.parametrize(
    ("headers", "speculative"),
    [
        ({"Sec-Purpose": "prefetch"}, True),
        ({"Sec-Purpose": "prefetch;prerender"}, True),
        ({"Purpose": "prefetch"}, True),
        ({"Sec-Fetch-Mode": "navigate"}, False),
    ],
)
def test_a_prefetch_is_recognised(headers: dict[str, str], speculative: bool) -> None:  # noqa: FBT001 - a case
    assert Request.from_event(event(headers=headers)).is_speculative is speculative


def test_an_event_without_headers_query_or_body_is_a_request_without_them() -> None:
    request = Request.from_event(event(headers=None, multiValueQueryStringParameters=None))

    assert (request.headers, request.query, request.body) == ({}, {}, b"")


def test_a_request_does_not_print_its_body() -> None:
    assert "hunter2" not in repr(Request.from_event(event(body="password=hunter2")))


def test_a_response_is_what_the_proxy_integration_wants() -> None:
    response = Response(status=303, headers={"Location": "https://a.example"})

    assert response.to_event() == {
        "statusCode": 303,
        "headers": {"Location": "https://a.example"},
        "body": "",
        "isBase64Encoded": False,
    }


def test_a_form_has_fifty_fields_at_most() -> None:
    fifty = "&".join(f"field{number}=x" for number in range(50))

    assert len(Request.from_event(event(body=fifty)).form()) == 50
    assert Request.from_event(event(body=f"{fifty}&do=cancel")).form() == {}
