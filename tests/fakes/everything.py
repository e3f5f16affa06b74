"""An authenticator with a step of each kind, one after the other."""

from connector.authenticators.port import (
    Answer,
    Answers,
    Ask,
    Authenticator,
    AuthenticatorResult,
    Field,
    Granted,
    Kind,
    Option,
    StillWaiting,
    Visit,
    Wait,
)

PASSWORD = "correct horse"
CODE = "246810"

SIGN_IN = Ask(
    fields=(Field(name="user", kind=Kind.TEXT, label="User name"), Field(name="password", kind=Kind.PASSWORD)),
)
WRONG = "The user name or the password is not right"
FACTOR = Ask(
    fields=(
        Field(name="factor", kind=Kind.CHOICE, options=(Option("app", "Approve in the app"), Option("sms", "A code"))),
        Field(name="holder", kind=Kind.CONFIRMATION, label="I hold this account"),
    ),
)
ENTER_CODE = Ask(fields=(Field(name="code", kind=Kind.CODE, hint="We have sent 6 digits to your phone"),))


class Everything(Authenticator):
    """User name and password; a choice and a confirmation; a code; an approval that the second poll finds."""

    def __init__(self, *_: object) -> None:
        """Take what an authenticator is given, and need none of it."""

    def begin(self, visit: Visit) -> AuthenticatorResult:  # noqa: ARG002 - the port's
        return SIGN_IN

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        if isinstance(answer, StillWaiting):
            return Granted(frozenset({visit.external_id}))
        assert isinstance(answer, Answers)
        match dict(answer.by_name):
            case {"password": password}:
                return FACTOR if password == PASSWORD else Ask(fields=SIGN_IN.fields, error=WRONG)
            case {"factor": "sms"}:
                return ENTER_CODE
            case {"code": code}:
                return Wait(seconds=1) if code == CODE else ENTER_CODE
            case _:
                return Wait(seconds=1)
