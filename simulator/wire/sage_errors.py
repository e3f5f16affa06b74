"""Errors in the probable shape of Sage's APIs: {data, links, meta, error: {code, message, detail}}."""

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from simulator.rules.refusals import RefusalError

STATUSES = {
    "ValidationError": 400,
    "AuthenticationError": 401,
    "NotFoundError": 404,
    "UnsupportedOperationError": 409,
    "InternalServerError": 500,
}
CODES: dict[int | None, str] = {status: code for code, status in STATUSES.items()}
MESSAGES = {
    "ValidationError": "The request is not valid.",
    "AuthenticationError": "The caller could not be authenticated.",
    "NotFoundError": "The resource was not found.",
    "UnsupportedOperationError": "The resource is not in a state which supports the current operation.",
    "InternalServerError": "Something went wrong.",
}


def error_response(code: str, detail: str) -> Response:
    """Return the response for one of Sage's error codes."""
    error = {"code": code, "message": MESSAGES[code], "detail": detail}
    response = jsonify(data=None, links=None, meta=None, error=error)
    response.status_code = STATUSES[code]
    return response


def use_sage_errors(app: Flask) -> None:
    """Make an application return all its errors in the shape of Sage's APIs."""

    @app.errorhandler(RefusalError)
    def refused(refusal: RefusalError) -> Response:
        return error_response(refusal.code, str(refusal))

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        # For other errors, such as an unknown method, Sage documents no code.
        code = CODES.get(error.code, "NotFoundError")
        return error_response(code, error.description or "")
