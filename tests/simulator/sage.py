"""The error bodies of Sage's APIs."""

import requests


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Return the status and code of an error response, which must have the shape of Sage's error body."""
    body = answer.json()
    assert set(body) == {"data", "links", "meta", "error"}
    assert set(body["error"]) == {"code", "message", "detail"}
    return answer.status_code, body["error"]["code"]
