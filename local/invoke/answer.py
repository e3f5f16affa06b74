"""A function's answer and its log in lines for people."""

import json
from typing import Any

from bs4 import BeautifulSoup


def described(answer: Any) -> str:  # noqa: ANN401 - whatever a handler returned
    """Describe the answer: status, and the JSON, the address or the page's headings. Other answers as JSON."""
    if not (isinstance(answer, dict) and "statusCode" in answer):
        return json.dumps(answer, ensure_ascii=False)
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    body = answer.get("body") or ""
    if "location" in headers:
        body = f"Location: {headers['location']}"
    elif headers.get("content-type", "").startswith("text/html"):
        page = BeautifulSoup(body, "html5lib")
        parts = [found.get_text(" ", strip=True) for found in page.find_all(["h1", "button"])]
        body = f"a page of {len(answer['body'])} characters: {' | '.join(parts)}"
    return f"{answer['statusCode']} {body}"


def log_line(line: str) -> str:
    """Describe a line of the log: metrics (CloudWatch's embedded metric format) by name and value, others unchanged."""
    entry = json.loads(line)
    if "_aws" not in entry:
        return f"log       {line}"
    metrics = [metric["Name"] for directive in entry["_aws"]["CloudWatchMetrics"] for metric in directive["Metrics"]]
    return f"metric    {', '.join(f'{name} {entry[name]}' for name in metrics)}"
