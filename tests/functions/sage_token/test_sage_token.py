"""The shared token, whole: the local AWS, moto's, and a simulated Sage ID on a real socket."""

import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from functools import partial

import boto3
from botocore.config import Config

from connector.aws.lock import DynamoDBLocks
from connector.aws.vault import Vault, read_secret
from connector.sage.credentials import ClientCredentials
from connector.sage.sage_id import SageId
from connector.sage.token_store import SecretTokenStore
from connector.sage.tokens import Tokens
from local.stack.aws import Aws
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import Deployment
from tests.metrics import metrics_in
from tests.template import create_table

ENVIRONMENTS = 64


def token_requests(control: Control) -> int:
    return sum(exchange["path"] == "/oauth/token" for exchange in control.exchanges())


def renew(stack: Deployment) -> str:
    """Invoke the function as the schedule does; return what it counted."""
    stack.function("sage_token")
    written = io.StringIO()
    with redirect_stdout(written):
        stack.invoke("sage_token", {}, 40)
    [counted] = metrics_in(written.getvalue())
    return counted


def stored(stack: Deployment) -> str:
    arn = stack.environment["TOKEN_SECRET_ARN"]
    return str(json.loads(stack.secrets.get_secret_value(SecretId=arn)["SecretString"])["access_token"])


def test_sixty_four_cold_environments_make_one_request(local_aws: Aws, sage: Simulator, control: Control) -> None:
    session = boto3.Session("local", "local", region_name=local_aws.region)
    config = Config(max_pool_connections=ENVIRONMENTS)
    dynamodb = session.client("dynamodb", endpoint_url=local_aws.endpoint, config=config)
    secrets = session.client("secretsmanager", endpoint_url=local_aws.endpoint, config=config)
    table = create_table(dynamodb, "LocksTable")
    credentials = secrets.create_secret(Name="credentials", SecretString=json.dumps(sage.credentials))["ARN"]
    token_store = secrets.create_secret(Name="token")["ARN"]
    together = threading.Barrier(ENVIRONMENTS)

    def cold_start(_: int) -> str:
        vault = Vault(secrets, credentials, partial(read_secret, ClientCredentials, "credentials"), time.time)
        sage_id = SageId(sage.sage_id.token_url, sage.provider_api.audience, vault, time.time)
        locks = DynamoDBLocks(dynamodb, table, time.time)
        tokens = Tokens(SecretTokenStore(secrets, token_store), sage_id.fetch, locks, time.time, time.sleep)
        # 64 environments are 64 machines; these are threads of two processors, and wait accordingly.
        tokens.WAIT_SECONDS = 60
        tokens.LOCK_SECONDS = 60
        sage_id.TIMEOUT_SECONDS = (20, 20)
        together.wait()
        return tokens.get().value

    control.post("/faults", {"party": "sage_id", "faults": [{"kind": "delay", "seconds": 0.5}]})
    with ThreadPoolExecutor(ENVIRONMENTS) as pool:
        tokens = set(pool.map(cold_start, range(ENVIRONMENTS)))

    assert len(tokens) == 1
    assert token_requests(control) == 1
    dynamodb.delete_table(TableName=table)


def test_the_schedule_gets_the_first_token_and_leaves_a_good_one_alone(stack: Deployment, control: Control) -> None:
    assert renew(stack) == "TokenRenewed"
    assert renew(stack) == "TokenStillGood"
    assert token_requests(control) == 1


def test_a_token_near_its_end_is_renewed_and_kept_when_that_fails(stack: Deployment, control: Control) -> None:
    control.patch("/settings", {"token_seconds": 100})
    renew(stack)
    first = stored(stack)
    control.patch("/settings", {"token_seconds": 20})
    stack.function("sage_token").tokens._clock = lambda: time.time() + 80  # noqa: SLF001 - time passes
    control.post("/faults", {"party": "sage_id", "faults": [{"kind": "status", "status": 503}]})
    assert renew(stack) == "TokenRenewalFailed"
    assert stored(stack) == first


def test_sage_id_s_429_is_obeyed_by_all(stack: Deployment, control: Control) -> None:
    refusal = {"kind": "status", "status": 429, "retry_after": "60"}
    control.post("/faults", {"party": "sage_id", "faults": [refusal]})
    assert renew(stack) == "TokenRenewalFailed"
    stack.cold()
    assert renew(stack) == "TokenRenewalFailed"
    assert token_requests(control) == 1


def test_while_the_secret_is_not_filled_in_no_token_is_renewed(stack: Deployment) -> None:
    stack.secrets.put_secret_value(SecretId=stack.environment["CREDENTIALS_SECRET_ARN"], SecretString="{}")
    assert renew(stack) == "TokenRenewalFailed"


def test_an_answer_that_is_no_token_is_not_stored(stack: Deployment, control: Control) -> None:
    for kind in ("malformed", "truncated"):
        control.post("/faults", {"party": "sage_id", "faults": [{"kind": kind}]})
    assert renew(stack) == "TokenRenewalFailed"
    secret = stack.secrets.describe_secret(SecretId=stack.environment["TOKEN_SECRET_ARN"])
    assert not secret.get("VersionIdsToStages")
