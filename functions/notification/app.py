"""POST /notification: authenticate Banking Service, accept the notification, answer in JSON."""

import json
import time
from typing import Any

from connector.bootstrap.accounts import accounts
from connector.bootstrap.secrets import vault
from connector.bootstrap.sessions import sessions
from connector.notification.accept import Accepted, AcceptNotification
from connector.notification.message import MalformedNotificationError, Notification
from connector.notification.settings import NotificationSettings
from connector.notification.shared_header import SharedHeader
from connector.notification.verifier import NotAuthenticatedError, NotificationVerifier
from connector.runtime.observability import count, logger, subject
from connector.runtime.settings import ConfigurationError, read
from connector.web.gateway import Request, Response
from connector.web.jwks import Jwks, KeysUnavailableError

LARGEST_BODY = 16 * 1024
"""Bytes. Sage's notifications have a few hundred."""

METRICS = {
    Accepted.ACCOUNT_LINKED: "AccountLinked",
    Accepted.ACCOUNT_DISCONNECTED: "AccountDisconnected",
    Accepted.NOT_HANDLED: "NotificationNotHandled",
}

settings = read(NotificationSettings)
verifier = NotificationVerifier(
    header_name=settings.notification_header_name,
    issuer=settings.sage_id_issuer,
    audience=settings.notification_audience,
    client=settings.notification_client,
    shared_header=vault(SharedHeader, "notification", settings.notification_secret_arn),
    jwks=Jwks(time.time),
    jwks_url=settings.jwks_url,
    clock=time.time,
)
accept_notification = AcceptNotification(sessions(), accounts(), settings.session_minutes, time.time)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Answer API Gateway's event."""
    try:
        request = Request.from_event(event)
        subject(address=request.address)
        response = _answer(request)
    except Exception:  # noqa: BLE001 - after any error the caller gets JSON and may send the notification again
        logger.exception("notification failed")
        response = _json(500, error="internal", message="The notification was not stored. Send it again later.")
    return response.to_event()


def _answer(request: Request) -> Response:
    try:
        if len(request.body) > LARGEST_BODY:
            return _json(413, error="too_large", message=f"The body has more than {LARGEST_BODY} bytes.")
        verifier.check(request.headers)
        notification = Notification.read(request.body)
        accepted = accept_notification(notification)
    except NotAuthenticatedError as refusal:
        logger.warning("notification not authenticated", extra={"reason": str(refusal)})
        count("NotificationNotAuthenticated")
        return _json(401, error="not_authenticated", message="The shared header or the Sage ID token does not hold.")
    except MalformedNotificationError as refusal:
        logger.warning("notification malformed", extra={"reason": str(refusal)})
        return _json(400, error="malformed", message=str(refusal))
    except (ConfigurationError, KeysUnavailableError) as trouble:
        logger.error("notification cannot be checked", extra={"reason": str(trouble)})
        return _json(503, error="unavailable", message="The notification cannot be checked now. Send it again later.")
    logger.info(
        "notification accepted",
        extra={"result": accepted.value, "authorisation_id": notification.authorisation_id},
    )
    count(METRICS.get(accepted, "NotificationAccepted"))
    return _json(200, status=accepted.value)


def _json(code: int, /, **body: str) -> Response:
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(status=code, headers=headers, body=json.dumps(body))
