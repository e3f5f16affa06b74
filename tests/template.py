"""The deployed template, as CloudFormation reads it."""

from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]  # the SAM CLI ships no types

CHECKOUT = Path(__file__).parent.parent


@cache
def template() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse((CHECKOUT / "template.yaml").read_text())
    return parsed


def functions() -> dict[str, dict[str, Any]]:
    """Return the properties of every function, by the name of its folder."""
    return {
        resource["Properties"]["CodeUri"].removeprefix("functions/"): resource["Properties"]
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def variables(function: str) -> dict[str, Any]:
    """Return the environment variables that the template gives this function, and their unresolved values."""
    everywhere = template()["Globals"]["Function"].get("Environment", {}).get("Variables", {})
    own = functions()[function].get("Environment", {}).get("Variables", {})
    return {**everywhere, **own}


def statements(function: str) -> list[dict[str, Any]]:
    """Return what the function's role grants without a key of the deployer's: KmsKeyArn is empty by default."""
    role, attribute = functions()[function]["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    properties = template()["Resources"][role]["Properties"]
    assert "ManagedPolicyArns" not in properties
    [policy] = properties["Policies"]
    return [s for s in policy["PolicyDocument"]["Statement"] if "Fn::If" not in s]


def create_table(client: Any, logical_id: str = "AuthorisationsTable") -> str:  # noqa: ANN401 - moto's or the local AWS's
    """Create a table just as the template declares it."""
    wanted = {"KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes"}
    properties = template()["Resources"][logical_id]["Properties"]
    client.create_table(TableName=logical_id, **{name: properties[name] for name in wanted if name in properties})
    return logical_id
