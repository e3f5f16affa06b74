import socket

from local.machine.errors import LocalError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port on which no process listens."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def checked_port(port: int, variable: str) -> int:
    """Return the port if no process listens on it. Raises LocalError, which names the variable of the port."""
    with socket.socket() as probe:
        # As servers do: a port is free while its last connections close.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise LocalError(
                f"Port {port} cannot be used ({error.strerror}): stop what uses it, or choose another {variable}."
            ) from error
    return port
