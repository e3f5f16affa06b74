"""Read Sage's answers."""

import requests


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Take the status and code out of a refusal; it must have the shape of Sage's error body."""
    body = answer.json()
    assert set(body) == {"data", "links", "meta", "error"}
    assert set(body["error"]) == {"code", "message", "detail"}
    return answer.status_code, body["error"]["code"]
