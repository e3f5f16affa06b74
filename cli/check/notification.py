"""POST /notification: who may notify, and what is done with what they say."""

from functools import partial
from uuid import uuid4

from cli.check import tokens
from cli.check.findings import Check, Untested, Wrong, expect
from cli.check.subject import Subject, notification

OTHERS = (("resourceCreated", "bankAccount"), ("resourceDeleted", "bankAccount"), ("somethingNew", "somethingElse"))


def _refuses(subject: Subject, **changes: str | None) -> None:
    """Send proofs with these changes (`token`, `header`); they must be refused, and nothing may come of it."""
    proofs = subject.proofs()
    for name, value in (("token", changes.get("token", "")), ("header", changes.get("header", ""))):
        key = "Authorization" if name == "token" else subject.header_name
        if name in changes and value is None:
            del proofs[key]
        elif name in changes:
            proofs[key] = f"Bearer {value}" if name == "token" else str(value)
    authorisation_id = str(uuid4())
    expect(subject.notify(notification(authorisation_id), proofs), 401)
    if subject.open(authorisation_id).ok:
        raise Wrong("answered 401, and began the authorisation all the same")


def _refuses_token(subject: Subject, *, kind: str) -> None:
    token = subject.tokens.bad(kind)
    if token is None:
        raise Untested("only Sage ID could sign such a token")
    _refuses(subject, token=token)


def _accepts(subject: Subject) -> None:
    expect(subject.notify(notification(str(uuid4()))), 200)


def _accepts_duplicates(subject: Subject) -> None:
    sent = notification(str(uuid4()))
    expect(subject.notify(sent), 200)
    expect(subject.notify(sent), 200)


def _acknowledges_others(subject: Subject) -> None:
    for kind, resource in OTHERS:
        answer = subject.notify({"type": kind, "resource": {"id": str(uuid4()), "type": resource, "url": "NA"}})
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's
            raise Wrong(f"answered {answer.status_code} to {kind} of a {resource}")


def _refuses_malformed(subject: Subject) -> None:
    for body in ("{", "[]", '{"type": "resourceCreated"}'):
        expect(subject.notify(body), 400)


def _refuses_large(subject: Subject) -> None:
    expect(subject.notify('{"type": "' + "x" * 100_000 + '"}'), 413)


CHECKS = (
    Check("notification", "one from Banking Service is accepted", _accepts),
    Check("notification", "the same again is a success", _accepts_duplicates),
    Check("notification", "other types are acknowledged", _acknowledges_others),
    Check("notification", "a malformed one is 400", _refuses_malformed),
    Check("notification", "one that is too large is 413", _refuses_large),
    Check("authentication", "no shared header: 401, nothing stored", partial(_refuses, header=None)),
    Check("authentication", "wrong shared header: 401, nothing stored", partial(_refuses, header="wrong")),
    Check("authentication", "no token: 401, nothing stored", partial(_refuses, token=None)),
    *(
        Check("authentication", f"token, {kind}: 401, nothing stored", partial(_refuses_token, kind=kind))
        for kind in tokens.ALL
    ),
)
