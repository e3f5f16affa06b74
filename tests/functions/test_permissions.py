"""Least privilege: each function makes the AWS calls that its role grants, and its role grants no other.

The calls are observed: each function runs whole, between moto's AWS and the simulated Sage, through each of its ways
that makes another call. moto itself checks no permission.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from connector.aws import clients as aws
from connector.delivery.updates import deliver
from connector.journey.start import open_session
from connector.journey.updates import decide
from connector.notification.accept import notify
from connector.session.authorisation import Authorisation, Outcome
from connector.session.update import Lease
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests import sample
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person
from tests.template import functions, statements

type Call = tuple[str, str]
"""An action of IAM, and the logical id of its resource; with the index, where it is a Query."""

_IAM_ACTIONS = {"sqs:SendMessageBatch": "sqs:SendMessage", "lambda:Invoke": "lambda:InvokeFunction"}
"""Operations whose permission has another name."""

_LAMBDA_S_OWN = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"}
"""What Lambda's runtime calls for each function."""

_POLLER_S_OWN = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
"""What Lambda calls to read the function's queue."""


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    """A stack with `steps`, the authenticator that reads the authenticator secret."""
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    with deployment(sage, PublicUrl=BASE_URL, Authenticator="steps", AuthenticatorUrl=sage.bank.url) as deployed:
        yield deployed


def observe(stack: Deployment, function: str) -> set[Call]:
    """Start the function's environment cold; return the set to which each of its calls is added."""
    calls = set[Call]()

    def record(params: dict[str, Any], model: Any, **_: Any) -> None:  # noqa: ANN401 - botocore's
        if stack.running != function:  # another function, invoked by this one
            return
        action = f"{model.service_model.endpoint_prefix}:{model.name}"
        calls.add((_IAM_ACTIONS.get(action, action), _resource_of(params)))

    stack.cold()
    stack.function(function)
    for client in (aws.dynamodb, aws.secretsmanager, aws.sqs, aws.lambda_):
        client().meta.events.register("before-parameter-build", record)
    return calls


def _resource_of(params: dict[str, Any]) -> str:
    if secret := params.get("SecretId"):
        named = re.search(r":secret:(\w+)-\w{6}$", secret)
        assert named
        return named[1]
    if invoked := params.get("FunctionName"):
        return str(invoked)
    if queue := params.get("QueueUrl"):
        return str(queue).rpartition("/")[2]
    table, index = params["TableName"], params.get("IndexName")
    return f"{table}/index/{index}" if index else str(table)


def granted(function: str) -> set[Call]:
    return {
        (action, _granted_resource(resource))
        for statement in statements(function)
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
        if action not in _LAMBDA_S_OWN | _POLLER_S_OWN
    }


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - a string or a list, as IAM has it
    return value if isinstance(value, list) else [value]


def _granted_resource(resource: dict[str, Any]) -> str:
    match resource:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]}:
            return name
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(\w+)\.Arn\}", r"\1", text)
    raise AssertionError(f"a resource of another form: {resource}")


@dataclass(frozen=True)
class World:
    """The stack, and the simulated Sage that it talks to."""

    stack: Deployment
    sage: Simulator
    control: Control

    def decided(self) -> Authorisation:
        """Record a success that Sage waits for; the function was killed before its PATCH."""
        account = self.control.get("/accounts")["accounts"][0]
        self.control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})
        session = self.control.post("/start", {"bankAccountId": account["bankAccountId"]})["authorisation_id"]
        now = time.time() - 60
        store = self.stack.store
        store.apply(notify(session, account["bankId"], session_minutes=20, now=now))
        store.apply(
            open_session(
                session,
                external_id=account["externalId"],
                bank_account=None,
                redirect_uri=sample.REDIRECT_URI,
                sage_state=sample.SAGE_STATE,
                ticket=sample.TICKET,
                now=now,
            )
        )
        lease = Lease.until_after(30, now)
        return store.apply(decide(session, sample.TICKET, Outcome.SUCCESS, status="success", lease=lease, now=now))


def notification(world: World) -> set[Call]:
    proofs = {
        "X-Api-Key": world.sage.credentials["notification_header_value"],
        "Authorization": f"Bearer {world.control.post('/sage-id/tokens', {})['token']}",
    }
    body = json.dumps({"type": "resourceCreated", "resource": {"id": sample.ID, "type": "authorisation"}})
    calls = observe(world.stack, "notification")
    account = {"id": "account-1", "type": "bankAccount"}
    disconnected = json.dumps({"type": "resourceDeleted", "resource": account})
    for sent in (body, disconnected):
        assert world.stack.request("notification", "POST", "/notification", headers=proofs, body=sent).status == 200
    return calls


def authrefresh(world: World) -> set[Call]:
    calls = observe(world.stack, "authrefresh")
    person = Person(world.stack, world.sage, "anna")
    assert person.page.status == 200
    never_notified = person.query | {"authorisation_id": str(uuid4())}
    assert world.stack.request("authrefresh", "GET", "/authrefresh", query=never_notified).status == 403
    return calls


def completion(world: World) -> set[Call]:
    person = Person(world.stack, world.sage, "anna")
    calls = observe(world.stack, "completion")
    person.press("continue")
    person.sign_in()
    assert person.is_home()
    query = {"authorisation_id": person.started["authorisation_id"], "view": "0" * 64}
    assert world.stack.request("completion", "GET", "/completion", query=query).status == 403
    return calls


def delivery(world: World) -> set[Call]:
    session = world.decided().authorisation_id
    calls = observe(world.stack, "delivery")
    world.stack.invoke("delivery", {}, 60)
    assert world.control.get(f"/authorisations/{session}")["progress"] == "succeeded"
    return calls


def confirmation(world: World) -> set[Call]:
    world.stack.store.apply(deliver(world.decided(), how="acknowledged", now=time.time() - 60))
    calls = observe(world.stack, "confirmation")
    assert list(world.stack.invoke("confirmation", {}, 60).values()) == [1]
    return calls


def reauth_request(world: World) -> set[Call]:
    account = world.control.get("/accounts")["accounts"][0]
    request = {name: account[name] for name in ("bankAccountId", "bankId")}
    url, sqs = world.stack.queues["ReauthRequestsQueue"], world.stack.sqs
    unlinked = {"bankAccountId": "nobody", "bankId": "x"}
    for body in (request, [request, request], unlinked, "no request"):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    records = [{"messageId": m["MessageId"], "receiptHandle": m["ReceiptHandle"], "body": m["Body"]} for m in received]
    calls = observe(world.stack, "reauth_request")
    kept = world.stack.invoke("reauth_request", {"Records": records}, 120)["batchItemFailures"]
    assert (len(records), len(kept)) == (4, 1)
    return calls


def sage_token(world: World) -> set[Call]:
    calls = observe(world.stack, "sage_token")
    world.stack.invoke("sage_token", {}, 40)
    return calls


def brand_check(world: World) -> set[Call]:
    return observe(world.stack, "brand_check")


RUNS = (notification, authrefresh, completion, delivery, confirmation, reauth_request, sage_token, brand_check)


@pytest.mark.parametrize("function", functions())
def test_a_role_grants_lambda_its_own_calls_on_the_function_s_own_resources(function: str) -> None:
    grants = [
        (action, resource)
        for statement in statements(function)
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
        if action in _LAMBDA_S_OWN | _POLLER_S_OWN
    ]
    properties = functions()[function]
    logs = {"Fn::GetAtt": [properties["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]}
    queues = [e["Properties"]["Queue"] for e in properties.get("Events", {}).values() if e["Type"] == "SQS"]

    # X-Ray knows no resource for these two actions.
    assert sorted(grants, key=repr) == sorted(
        [(action, logs if action.startswith("logs:") else "*") for action in _LAMBDA_S_OWN]
        + [(action, queue) for queue in queues for action in _POLLER_S_OWN],
        key=repr,
    )


def test_every_function_is_observed() -> None:
    assert {run.__name__ for run in RUNS} == functions().keys()


@pytest.mark.parametrize("run", RUNS, ids=[run.__name__ for run in RUNS])
def test_a_role_grants_the_calls_that_its_function_makes_and_no_other(
    stack: Deployment, sage: Simulator, control: Control, run: Callable[[World], set[Call]]
) -> None:
    calls, grants = run(World(stack, sage, control)), granted(run.__name__)

    assert calls - grants == set(), "the function calls what its role does not grant"
    assert grants - calls == set(), "the role grants what the function does not call"
