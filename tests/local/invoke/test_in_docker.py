"""What a function in a container gets: its variables, and the servers of the machine around it."""

import socket
import threading
from pathlib import Path

from local.invoke.answer import described, log_line
from local.invoke.container_network import ports
from local.invoke.deployed import DeployedFunction
from local.invoke.forwarding import PORTS, forwarded
from local.invoke.in_docker import template_of
from local.machine.ports import LOOPBACK, free_port

FUNCTION = DeployedFunction("sage_token", {"LOCKS_TABLE": "locks"}, 40, 1024)


def test_the_template_declares_each_variable_because_sam_passes_no_other() -> None:
    template = template_of(FUNCTION, Path("/code"), {"LOCKS_TABLE": "locks", PORTS: "1,2"})

    properties = template["Resources"]["SageTokenFunction"]["Properties"]
    assert properties["Environment"]["Variables"] == {"LOCKS_TABLE": "locks", PORTS: "1,2"}
    assert (properties["Handler"], properties["Timeout"], properties["MemorySize"]) == ("forwarding.handler", 40, 1024)


def test_a_function_that_calls_no_server_of_this_machine_starts_without_the_forwarding() -> None:
    template = template_of(FUNCTION, Path("/code"), {PORTS: ""})

    assert template["Resources"]["SageTokenFunction"]["Properties"]["Handler"] == "app.handler"


def test_the_ports_are_those_of_the_servers_of_this_machine() -> None:
    text = '{"A": "http://127.0.0.1:4566/x", "B": "http://localhost:81", "C": "https://id.sage.com:443/"}'

    assert ports(text) == {4566, 81}


def test_a_connection_is_forwarded_in_both_directions_until_both_ends_close() -> None:
    port = free_port()
    with socket.create_server((LOOPBACK, port)) as server, forwarded("127.0.0.2", {port}, LOOPBACK):
        answering = threading.Thread(target=_answer, args=(server,))
        answering.start()
        with socket.create_connection(("127.0.0.2", port), timeout=5) as client:
            client.sendall(b"question")
            client.shutdown(socket.SHUT_WR)
            received = b"".join(iter(lambda: client.recv(100), b""))
        answering.join()

    assert received == b"answer to question"


def _answer(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        question = b"".join(iter(lambda: connection.recv(100), b""))
        connection.sendall(b"answer to " + question)


def test_an_answer_is_one_line_for_people() -> None:
    page = {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": "<h1>Hello</h1><button>Go</button>"}

    assert described(page) == "200 a page of 33 characters: Hello | Go"
    assert described({"statusCode": 303, "headers": {"Location": "https://sage.example/"}}) == (
        "303 Location: https://sage.example/"
    )
    assert described({"queried": 1}) == '{"queried": 1}'


def test_metrics_are_named_and_other_lines_of_the_log_unchanged() -> None:
    metric = '{"_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "TokenRenewed"}]}]}, "TokenRenewed": 1}'

    assert log_line(metric) == "metric    TokenRenewed 1"
    assert log_line('{"message": "x"}') == 'log       {"message": "x"}'
