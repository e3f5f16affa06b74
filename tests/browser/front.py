"""A real socket before functions that are in this process, as API Gateway is before Lambda."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, request

from simulator.wire.server import Server
from tests.deployment import Deployment


@contextmanager
def front(server: Server, deployed: Deployment) -> Iterator[str]:
    """Serve the functions until the context ends; give their base URL."""
    app = Flask("front")

    @app.route("/<function>", methods=["GET", "POST"])
    def answer(function: str) -> Response:
        event = {
            "resource": request.path,
            "path": request.path,
            "httpMethod": request.method,
            "headers": dict(request.headers),
            "multiValueQueryStringParameters": request.args.to_dict(flat=False) or None,
            "requestContext": {"path": request.path},
            "body": request.get_data(as_text=True) or None,
            "isBase64Encoded": False,
        }
        said = deployed.invoke(function, event)
        return Response(said["body"], said["statusCode"], said["headers"])

    server.serve(app)
    try:
        yield server.origin
    finally:
        server.stop()
