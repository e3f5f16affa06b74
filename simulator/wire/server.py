"""A web server on a free port of its own, in a thread of its own."""

import threading
from typing import TYPE_CHECKING

from werkzeug.exceptions import ServiceUnavailable
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# How soon a server notices that it is to stop.
POLL_SECONDS = 0.02


class QuietHandler(WSGIRequestHandler):
    """Log no access: the record of exchanges does that, with the secrets masked."""

    timeout = 30
    disable_nagle_algorithm = True

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002 - werkzeug's signature
        environ: "WSGIEnvironment | None" = None,  # noqa: ARG002 - likewise
    ) -> None:
        """Close the connection: either the client has gone, or it is to see nothing but that."""
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Server:
    """Bind now, so that the address is known; serve an application later.

    Each connection carries one request: werkzeug closes it, as it cannot tell one request's unread rest from the next.
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
        """Answer with an application from now on."""
        self._server.app = application
        self._thread.start()

    def stop(self) -> None:
        """Accept no more connections."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        else:
            self._server.server_close()
