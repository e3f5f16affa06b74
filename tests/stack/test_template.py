"""The deployed template: what a deployer, an auditor and the deployment contract rely on."""

import json
import re
import tomllib
from typing import Any

import pytest

import connector
from connector.delivery.deliver import Delivery
from connector.delivery.patch_result import CONFLICT_UNCLEAR_SECONDS
from connector.pages.rendering.pages import WARN_SECONDS
from tests.template import CHECKOUT, statements, template

RESOURCES: dict[str, Any] = template()["Resources"]
PARAMETERS: dict[str, Any] = template()["Parameters"]


def of_type(kind: str) -> dict[str, Any]:
    return {name: resource for name, resource in RESOURCES.items() if resource["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
# Not the connector's own work but the deployment's: it checks parameters while the stack is deployed.
SERVING = {name: function for name, function in FUNCTIONS.items() if name != "BrandCheckFunction"}


def folder(name: str) -> str:
    return str(FUNCTIONS[name]["Properties"]["CodeUri"]).removeprefix("functions/")


def listed(value: Any) -> list[Any]:  # noqa: ANN401 - a string or a list, as IAM has it
    return value if isinstance(value, list) else [value]


def test_the_contract_s_parameters_have_their_names_and_defaults() -> None:
    mandatory = {"ProviderApiUrl", "ProviderApiAudience", "SageIdTokenUrl", "SageIdIssuer", "NotificationAudience"}
    defaults = {
        "SageIdJwksUrl": "",
        "NotificationHeaderName": "x-api-key",
        "SessionMinutes": 20,
        "FailedStatus": "",
        "CancelledStatus": "",
        "PublicUrl": "",
    }
    assert all("Default" not in PARAMETERS[name] for name in mandatory | {"Authenticator"})
    assert {name: PARAMETERS[name]["Default"] for name in defaults} == defaults


def test_the_shortest_session_is_longer_than_every_period_before_its_end() -> None:
    shortest = PARAMETERS["SessionMinutes"]["MinValue"] * 60

    assert shortest > max(WARN_SECONDS, Delivery.LAST_CHANCE_SECONDS, CONFLICT_UNCLEAR_SECONDS)


def test_the_order_of_the_parameters_is_that_of_their_groups() -> None:
    groups = template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert [name for group in groups for name in group["Parameters"]] == list(PARAMETERS)


@pytest.mark.parametrize(
    "name", ["ProviderApiUrl", "SageIdTokenUrl", "SageIdIssuer", "SageIdJwksUrl", "AuthenticatorUrl", "PublicUrl"]
)
def test_a_url_names_its_host_and_no_user(name: str) -> None:
    pattern = PARAMETERS[name]["AllowedPattern"]
    end = "/" if name == "SageIdIssuer" else "/v1"

    assert re.fullmatch(pattern, f"https://sage.example{end}")
    assert re.fullmatch(pattern, f"http://localhost:4566{end}")
    assert not re.fullmatch(pattern, f"http://localhost:x@evil.example{end}")
    assert not re.fullmatch(pattern, f"https://sage.example@evil.example{end}")


def test_the_outputs_show_the_version_of_the_package() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())

    assert template()["Outputs"]["ConnectorVersion"]["Value"] == connector.__version__
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "connector.__version__"}


def test_the_contract_s_outputs_are_there() -> None:
    assert {"ApiUrl", "CredentialsSecretArn", "AuthenticatorSecretArn", "AuthorisationsTable"} <= set(
        template()["Outputs"]
    )


def test_every_parameter_says_what_it_is() -> None:
    assert [name for name, parameter in PARAMETERS.items() if not parameter.get("Description")] == []


def test_every_folder_of_functions_is_deployed_and_every_function_has_its_folder() -> None:
    folders = {path.parent.name for path in (CHECKOUT / "functions").glob("*/app.py")}
    deployed = {
        f["Properties"]["CodeUri"].removeprefix("functions/")
        for f in FUNCTIONS.values()
        if "CodeUri" in f["Properties"]
    }

    assert deployed == folders


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_a_role_of_its_own_that_may_do_only_what_is_named(name: str) -> None:
    function = FUNCTIONS[name]["Properties"]

    assert "Policies" not in function
    assert [n for n, f in FUNCTIONS.items() if f["Properties"]["Role"] == function["Role"]] == [name]
    for statement in statements(folder(name)):
        assert statement["Effect"] == "Allow"
        for action in listed(statement["Action"]):
            assert "*" not in action, f"{name}: {action}"
        # X-Ray knows no resource for its two actions.
        if not all(action.startswith("xray:Put") for action in listed(statement["Action"])):
            assert "*" not in listed(statement["Resource"]), f"{name}: {statement['Action']}"


def readers_of(secret: str) -> set[str]:
    return {
        name
        for name in FUNCTIONS
        for statement in statements(folder(name))
        if {"Ref": secret} in listed(statement["Resource"])
        and "secretsmanager:GetSecretValue" in listed(statement["Action"])
    }


@pytest.mark.parametrize(
    ("secret", "readers"),
    [
        ("CredentialsSecret", {"SageTokenFunction"}),
        ("NotificationSecret", {"NotificationFunction"}),
        ("AuthenticatorSecret", {"CompletionFunction"}),
        (
            "ProviderApiSecret",
            {"CompletionFunction", "DeliveryFunction", "ConfirmationFunction", "ReauthRequestFunction"},
        ),
    ],
)
def test_a_secret_is_read_only_by_the_functions_that_need_it(secret: str, readers: set[str]) -> None:
    assert readers_of(secret) == readers


def test_every_secret_that_the_deployer_fills_has_an_output() -> None:
    filled = {output["Value"]["Ref"] for name, output in template()["Outputs"].items() if name.endswith("SecretArn")}

    assert filled == of_type("AWS::SecretsManager::Secret").keys() - {"TokenSecret"}


def test_no_role_has_a_policy_of_aws() -> None:
    roles = of_type("AWS::IAM::Role")

    assert {r["Properties"].get("ManagedPolicyArns") for r in roles.values()} == {None}
    assert len(roles) == len(FUNCTIONS)


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::SQS::Queue",
                                  "AWS::Logs::LogGroup"])  # fmt: skip
def test_a_key_of_the_deployer_s_encrypts_everything_that_is_stored(kind: str) -> None:
    key = {"Fn::If": ["HasKmsKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}

    for name, resource in of_type(kind).items():
        assert key in {
            "AWS::DynamoDB::Table": lambda p: [p["SSESpecification"]["KMSMasterKeyId"]],
            "AWS::SQS::Queue": lambda p: [p["KmsMasterKeyId"]],
        }.get(kind, lambda p: [p["KmsKeyId"]])(resource["Properties"]), name


def test_every_role_may_use_the_deployer_s_key_and_no_other() -> None:
    for name, role in of_type("AWS::IAM::Role").items():
        [policy] = role["Properties"]["Policies"]
        [conditional] = [s["Fn::If"] for s in policy["PolicyDocument"]["Statement"] if "Fn::If" in s]
        assert conditional[0] == "HasKmsKey", name
        assert conditional[1]["Resource"] == {"Ref": "KmsKeyArn"}, name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_logs_to_a_group_of_its_own_that_is_not_kept_for_ever(name: str) -> None:
    group = FUNCTIONS[name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]

    users = [n for n, f in FUNCTIONS.items() if f["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] == group]
    assert users == [name]
    assert RESOURCES[group]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", SERVING)
def test_a_function_answers_before_api_gateway_gives_up(name: str) -> None:
    served = any(event["Type"] == "Api" for event in FUNCTIONS[name]["Properties"].get("Events", {}).values())

    assert not served or FUNCTIONS[name]["Properties"]["Timeout"] < 29


def test_the_functions_are_traced() -> None:
    assert template()["Globals"]["Function"]["Tracing"] == "Active"


def test_only_the_first_page_and_the_notification_may_not_read_the_token() -> None:
    assert not readers_of("TokenSecret") & {"NotificationFunction", "AuthrefreshFunction"}


def test_nobody_may_delete_or_overwrite_a_session_whole() -> None:
    actions = {a for f in FUNCTIONS for s in statements(folder(f)) for a in listed(s["Action"])}

    assert not actions & {"dynamodb:DeleteItem", "dynamodb:Scan", "dynamodb:BatchWriteItem"}


@pytest.mark.parametrize("name", of_type("AWS::DynamoDB::Table"))
def test_a_table_is_encrypted(name: str) -> None:
    assert RESOURCES[name]["Properties"]["SSESpecification"]["SSEEnabled"] is True


# Locks are held for seconds: there is nothing in them to put back.
@pytest.mark.parametrize("name", sorted(of_type("AWS::DynamoDB::Table").keys() - {"LocksTable"}))
def test_a_table_can_be_put_back_to_any_second_and_is_purged(name: str) -> None:
    properties = RESOURCES[name]["Properties"]

    assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "purge_at", "Enabled": True}


def test_the_sessions_outlive_the_stack() -> None:
    table = RESOURCES["AuthorisationsTable"]

    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")


@pytest.mark.parametrize("name", of_type("AWS::SecretsManager::Secret"))
def test_no_deployment_overwrites_a_secret(name: str) -> None:
    assert not {"SecretString", "GenerateSecretString"} & set(RESOURCES[name]["Properties"])


def test_the_domain_refuses_old_tls_and_is_then_the_only_address() -> None:
    domain = RESOURCES["ApiDomain"]

    assert domain["Condition"] == "HasDomain"
    assert domain["Properties"]["SecurityPolicy"] == "TLS_1_2"
    assert RESOURCES["Api"]["Properties"]["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasDomain", True, False]}


def test_the_web_acl_limits_the_requests_of_one_address_on_the_stage_of_the_api() -> None:
    acl, association = RESOURCES["WebAcl"], RESOURCES["WebAclOfApi"]
    [rule] = acl["Properties"]["Rules"]
    limit = rule["Statement"]["RateBasedStatement"]

    assert acl["Condition"] == association["Condition"] == "HasWebAcl"
    assert (limit["AggregateKeyType"], limit["Limit"]) == ("IP", {"Ref": "RequestsPerAddress"})
    assert rule["Action"] == {"Block": {"CustomResponse": {"ResponseCode": 429}}}
    assert association["Properties"]["ResourceArn"]["Fn::Sub"].endswith("/restapis/${Api}/stages/${Api.Stage}")


@pytest.mark.parametrize("name", ["Notification", "Authrefresh", "Completion"])
def test_each_function_that_faces_the_public_can_have_a_reserved_concurrency(name: str) -> None:
    assert PARAMETERS[f"{name}Concurrency"]["Default"] == 0
    assert FUNCTIONS[f"{name}Function"]["Properties"]["ReservedConcurrentExecutions"] == {
        "Fn::If": [f"Has{name}Concurrency", {"Ref": f"{name}Concurrency"}, {"Ref": "AWS::NoValue"}]
    }


def test_every_method_is_throttled() -> None:
    (settings,) = RESOURCES["Api"]["Properties"]["MethodSettings"]

    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottlingRate"}
    assert settings["ThrottlingBurstLimit"] == {"Ref": "ThrottlingBurst"}


def test_the_api_writes_no_log_that_would_hold_a_query() -> None:
    """`$context.path`, `$context.requestOverride` and `$input` could hold one; the format names no such field."""
    properties = RESOURCES["Api"]["Properties"]
    condition, log, otherwise = properties["AccessLogSetting"]["Fn::If"]

    assert (condition, otherwise) == ("HasAccessLog", {"Ref": "AWS::NoValue"})
    line = json.loads(log["Format"])
    assert set(line.values()) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.identity.sourceIp",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.responseLatency",
        "$context.responseLength",
        "$context.error.responseType",
    }
    assert all(s.get("DataTraceEnabled", False) is False for s in properties["MethodSettings"])


def test_the_api_has_the_routes_of_the_contract() -> None:
    routes = {
        (event["Properties"]["Method"].upper(), event["Properties"]["Path"])
        for function in FUNCTIONS.values()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "Api"
    }

    assert {("POST", "/notification"), ("GET", "/authrefresh")} <= routes
    assert {("POST", "/completion"), ("GET", "/completion"), ("GET", "/completion/callback")} <= routes


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("Authenticator", "consent", True),
        ("Authenticator", "steps", True),
        ("Authenticator", "oidc", True),
        ("Authenticator", "one_time_code:OneTimeCode", True),
        ("Authenticator", "bank.customers.own:Own", True),
        ("Authenticator", "", False),
        ("Authenticator", "nobody", False),
        ("Authenticator", "own:", False),
        ("AuthenticatorUrl", "", True),
        ("AuthenticatorUrl", "https://bank.example/identity/", True),
        ("AuthenticatorUrl", "http://127.0.0.1:8000/identity", True),
        ("AuthenticatorUrl", "http://bank.example", False),
        ("AuthenticatorUrl", "http://127.0.0.1.bank.example", False),
        ("AuthenticatorUrl", "https://bank.example/?a=b", False),
        ("OidcScopes", "openid", True),
        ("OidcScopes", "profile openid accounts", True),
        ("OidcScopes", "profile", False),
    ],
)
def test_a_parameter_that_cannot_be_right_is_refused_at_deployment(name: str, value: str, *, allowed: bool) -> None:
    assert bool(re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)) is allowed


def test_a_providers_layer_is_added_to_the_one_function_that_asks_customers() -> None:
    with_layers = {name: function["Properties"]["Layers"] for name, function in FUNCTIONS.items()
                   if "Layers" in function["Properties"]}  # fmt: skip

    assert with_layers == {
        "CompletionFunction": [
            {"Fn::If": ["HasAuthenticatorLayer", {"Ref": "AuthenticatorLayerArn"}, {"Ref": "AWS::NoValue"}]}
        ]
    }
