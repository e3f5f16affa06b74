"""A proxy between the functions and the local AWS, which injects the faults of AWS."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import requests

from local.machine.ports import LOOPBACK
from simulator.loopback import session

LATE_SECONDS = 3.5
"""Longer than the connector's read time-out of one call to AWS."""
SERVICES = {"DynamoDB_20120810": "dynamodb", "secretsmanager": "secrets manager", "AmazonSQS": "sqs"}
THROTTLED = {"dynamodb": "ProvisionedThroughputExceededException"}
NOT_PASSED_ON = {"connection", "transfer-encoding", "content-encoding", "content-length", "server", "date"}


class AwsFault(StrEnum):
    """What AWS can do to a call. After the last three the call was carried out."""

    THROTTLED = "throttled"
    ERROR_BEFORE = "500"
    DROPPED_BEFORE = "connection dropped"
    ERROR_AFTER = "500 after it took effect"
    DROPPED_AFTER = "connection dropped after it took effect"
    LATE = "answer too late"

    @property
    def carried_out(self) -> bool:
        """Whether AWS carries the call out."""
        return self in {AwsFault.ERROR_AFTER, AwsFault.DROPPED_AFTER, AwsFault.LATE}


@dataclass
class AwsProxy:
    """Which calls fail. A `probability` of 0 lets every call pass."""

    url: str
    seed: int
    probability: float = 0
    kinds: tuple[AwsFault, ...] = tuple(AwsFault)
    services: frozenset[str] = frozenset(SERVICES.values())
    actions: frozenset[str] | None = None
    """The actions that fail, for example `UpdateItem`; None: all."""
    applied: Counter[str] = field(default_factory=Counter)
    """How often each fault was applied to each service."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Seed the faults."""
        self._random = Random(self.seed)  # noqa: S311 - the sequence must be repeatable

    def fault_for(self, target: str) -> AwsFault | None:
        """Choose the fault of a call; `target` is its header X-Amz-Target."""
        prefix, _, action = target.partition(".")
        service = SERVICES.get(prefix, "")
        if service not in self.services or (self.actions is not None and action not in self.actions):
            return None
        with self._lock:
            if self._random.random() >= self.probability:
                return None
            fault = self._random.choice(self.kinds)
            self.applied[f"{service}: {fault}"] += 1
            return fault


class Server(ThreadingHTTPServer):
    """Serves many connections, whose clients may go at any moment."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, target: str, seed: int) -> None:
        super().__init__((LOOPBACK, 0), Handler)
        self.target = target
        self.client = session()
        self.proxy = AwsProxy(f"http://{LOOPBACK}:{self.server_port}", seed)

    def handle_error(self, *_: object) -> None:
        """Ignore a client that closed its connection, for example a killed Lambda environment."""


class Handler(BaseHTTPRequestHandler):
    """Passes one call on, or applies a fault to it."""

    server: Server
    protocol_version = "HTTP/1.1"

    def pass_on(self) -> None:
        """Answer one call."""
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "")
        fault = self.server.proxy.fault_for(target)
        if fault is None:
            self._pass_back(self._call(sent))
            return
        answer = self._call(sent) if fault.carried_out else None
        if fault is AwsFault.THROTTLED:
            self._fail(400, THROTTLED.get(SERVICES[target.partition(".")[0]], "ThrottlingException"))
        elif fault in {AwsFault.ERROR_BEFORE, AwsFault.ERROR_AFTER}:
            self._fail(500, "InternalServerError")
        elif answer and fault is AwsFault.LATE:
            time.sleep(LATE_SECONDS)
            self._pass_back(answer)
        else:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = pass_on  # noqa: N815 - names that http.server looks for

    def _call(self, sent: bytes) -> requests.Response:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        url = self.server.target + self.path
        return self.server.client.request(
            self.command, url, headers=headers, data=sent, timeout=60, allow_redirects=False
        )

    def _pass_back(self, answer: requests.Response) -> None:
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in NOT_PASSED_ON}
        self._answer(answer.status_code, headers, answer.content)

    def _fail(self, status: int, error: str) -> None:
        body = json.dumps({"__type": error, "message": "injected"}).encode()
        self._answer(status, {"Content-Type": "application/x-amz-json-1.0"}, body)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: the counters say what happened."""


@contextmanager
def aws_proxy(target: str, seed: int) -> Iterator[AwsProxy]:
    """Pass calls on to the AWS at the URL `target` until the context ends."""
    with Server(target, seed) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.proxy
        finally:
            server.shutdown()
            thread.join()
