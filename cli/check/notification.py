"""The requirements of POST /notification: authentication, and the response to each kind of notification."""

from functools import partial
from http import HTTPStatus
from uuid import uuid4

from cli.check.findings import Check, NotTestableError, RequirementBrokenError, expect
from cli.check.target import Target, notification
from cli.check.tokens import INVALID_KINDS

OTHER_TYPES = (
    ("resourceCreated", "bankAccount"),
    ("resourceDeleted", "bankAccount"),
    ("somethingNew", "somethingElse"),
)


def _refuses(target: Target, **changes: str | None) -> None:
    """Send a notification with another header or Authorization (None removes one): 401, and no session begins."""
    headers = target.authentication_headers()
    for name, value in changes.items():
        key = "Authorization" if name == "authorization" else target.header_name
        if value is None:
            del headers[key]
        else:
            headers[key] = value
    authorisation_id = str(uuid4())
    expect(target.notify(notification(authorisation_id), headers), 401)
    if target.open_page(authorisation_id).ok:
        raise RequirementBrokenError("the status is 401, and the session begins nevertheless")


def _refuses_token(target: Target, *, kind: str) -> None:
    token = target.tokens.invalid(kind)
    if token is None:
        raise NotTestableError("only Sage ID could sign such a token")
    _refuses(target, authorization=f"Bearer {token}")


def _accepts(target: Target) -> None:
    expect(target.notify(notification(str(uuid4()))), 200)


def _accepts_duplicates(target: Target) -> None:
    sent = notification(str(uuid4()))
    expect(target.notify(sent), 200)
    expect(target.notify(sent), 200)


def _acknowledges_other_types(target: Target) -> None:
    for kind, resource in OTHER_TYPES:
        response = target.notify({"type": kind, "resource": {"id": str(uuid4()), "type": resource, "url": "NA"}})
        if response.status_code != HTTPStatus.OK:
            raise RequirementBrokenError(f"the status is {response.status_code} for {kind} of a {resource}")


def _refuses_malformed(target: Target) -> None:
    for body in ("{", "[]", '{"type": "resourceCreated"}'):
        expect(target.notify(body), 400)


def _refuses_large(target: Target) -> None:
    expect(target.notify('{"type": "' + "x" * 100_000 + '"}'), 413)


CHECKS = (
    Check("notification", "an authenticated notification is accepted", _accepts),
    Check("notification", "a duplicate succeeds", _accepts_duplicates),
    Check("notification", "other types are acknowledged", _acknowledges_other_types),
    Check("notification", "a malformed notification is 400", _refuses_malformed),
    Check("notification", "a notification of 100 kB is 413", _refuses_large),
    Check("authentication", "no shared header: 401, nothing stored", partial(_refuses, header=None)),
    Check("authentication", "wrong shared header: 401, nothing stored", partial(_refuses, header="wrong")),
    Check("authentication", "no token: 401, nothing stored", partial(_refuses, authorization=None)),
    *(
        Check("authentication", f"token, {kind}: 401, nothing stored", partial(_refuses_token, kind=kind))
        for kind in INVALID_KINDS
    ),
)
