import socket

import pytest

from local.machine.errors import LocalError
from local.machine.ports import LOOPBACK, checked_port, free_port


def test_a_server_can_listen_on_a_free_port() -> None:
    with socket.create_server((LOOPBACK, free_port())) as server:
        assert server.getsockname()[1]


def test_a_port_without_a_server_is_accepted() -> None:
    port = free_port()
    assert checked_port(port, "PORT") == port


def test_a_port_with_a_server_is_an_error_that_says_how_to_go_on() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(LocalError, match=rf"^Port {port} cannot be used .* or choose another PORT\.$"):
            checked_port(port, "PORT")
