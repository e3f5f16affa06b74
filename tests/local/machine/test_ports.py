import socket

import pytest

from local.machine.errors import LocalError
from local.machine.ports import LOOPBACK, free_port, wanted_port


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server((LOOPBACK, free_port())) as server:
        assert server.getsockname()[1]


def test_a_wanted_port_that_is_free_is_given() -> None:
    port = free_port()
    assert wanted_port(port, "PORT") == port


def test_a_wanted_port_that_is_in_use_is_a_problem_that_says_what_to_do() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(LocalError, match=rf"^Port {port} cannot be used .* or choose another PORT\.$"):
            wanted_port(port, "PORT")
