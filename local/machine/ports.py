import socket

from local.machine.errors import LocalError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def wanted_port(port: int, variable: str) -> int:
    """Check that nothing listens on a port that was asked for by name. Raises LocalError."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise LocalError(
                f"Port {port} cannot be used ({error.strerror}): stop what uses it, or choose another {variable}."
            ) from error
    return port
