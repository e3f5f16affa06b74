"""A web server on a free port, in its own thread."""

import threading
from typing import TYPE_CHECKING

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# How often a server checks whether it must stop.
POLL_SECONDS = 0.02


class QuietHandler(WSGIRequestHandler):
    """Logs no requests. The record of exchanges has them, with their secrets masked."""

    timeout = 30
    disable_nagle_algorithm = True

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002 - werkzeug's signature
        environ: "WSGIEnvironment | None" = None,  # noqa: ARG002 - likewise
    ) -> None:
        """Close the connection. Either the client has disconnected, or a fault closes the connection."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


class Server:
    """Binds its port in the constructor, so that the URL is known before the application exists.

    Each connection serves one request. werkzeug closes the connection, because the unread rest of a request would be
    read as the next request.
    """

    def __init__(self, host: str) -> None:
        self._server = make_server(host, 0, ServiceUnavailable(), threaded=True, request_handler=QuietHandler)
        self.origin = f"http://{host}:{self._server.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": POLL_SECONDS},
            name=f"server {self.origin}",
            daemon=True,
        )

    def serve(self, application: "WSGIApplication") -> None:
        """Start to serve an application."""
        self._server.app = application
        self._thread.start()

    def stop(self) -> None:
        """Stop the server."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        else:
            self._server.server_close()
