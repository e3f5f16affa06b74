"""The floor: the least that any function here does. One client, one conditional write, no page."""

import json
import os
import time
from typing import Any

import boto3

table = os.environ["AUTHORISATIONS_TABLE"]
dynamodb = boto3.client("dynamodb")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Claim the session that the query names."""
    try:
        dynamodb.update_item(
            TableName=table,
            Key={"authorisation_id": {"S": event["queryStringParameters"]["authorisation_id"]}},
            UpdateExpression="SET #state = :opened",
            ConditionExpression="#state = :notified AND expires_at > :now",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={
                ":opened": {"S": "opened"},
                ":notified": {"S": "notified"},
                ":now": {"N": str(int(time.time()))},
            },
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return {"statusCode": 410, "body": json.dumps({"error": "used"})}
    return {"statusCode": 200, "body": json.dumps({"status": "opened"})}
