"""While the stack is deployed: refuse a brand colour that customers could not read (a custom resource)."""

from typing import Any

import requests

from connector.web.brand import IllegibleColourError, check_colour

SECONDS = 10


def handler(event: dict[str, Any], context: object) -> None:  # noqa: ARG001 - Lambda's signature
    """Answer CloudFormation at its ResponseURL; it shows `Reason` as why the deployment failed."""
    fault = _fault(event)
    answer = {
        "Status": "FAILED" if fault else "SUCCESS",
        "Reason": fault or "The colour can be read.",
        # The resource has no content. A changed id would make CloudFormation delete the previous one.
        "PhysicalResourceId": event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    _send(event["ResponseURL"], answer)


def _send(url: str, answer: dict[str, str]) -> None:
    """Answer CloudFormation. Raise RuntimeError without the URL: the URL is the permission to answer."""
    try:
        # The URL is signed for an empty Content-Type.
        response = requests.put(url, json=answer, headers={"Content-Type": ""}, timeout=SECONDS)
    except requests.RequestException as error:
        raise RuntimeError(f"CloudFormation could not be answered: {type(error).__name__}") from None
    if not response.ok:
        raise RuntimeError(f"CloudFormation refused the answer: HTTP {response.status_code}")


def _fault(event: dict[str, Any]) -> str:
    if event["RequestType"] == "Delete":
        return ""
    try:
        check_colour(event["ResourceProperties"]["BrandColour"])
    except IllegibleColourError as fault:
        return str(fault)
    return ""
