"""A bank in memory that proves who its customers are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connector.authenticators.port import (
    Answer,
    Answers,
    Ask,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    CameBack,
    Denied,
    Field,
    Granted,
    Kind,
    Option,
    SendTo,
    StillWaiting,
    Visit,
    Wait,
)
from tests import sample

PASSWORD = "correct horse"
CODE = "246810"
SIGN_IN = Ask(fields=(Field(name="user", kind=Kind.TEXT), Field(name="password", kind=Kind.PASSWORD)), memory="j-1")
FACTOR = Ask(fields=(Field(name="factor", kind=Kind.CHOICE, options=(Option("sms", "SMS"), Option("app", "App"))),))
ENTER_CODE = Ask(fields=(Field(name="code", kind=Kind.CODE),))
APPROVE = Wait(seconds=3)
WRONG = "The user name or the password is not right."


@dataclass
class Bank(Authenticator):
    """Password, then a choice of factor, then a code or an approval."""

    holds: frozenset[str] = frozenset({sample.EXTERNAL_ID})
    approved: bool = False
    fails: bool = False
    instead: AuthenticatorResult | None = None
    """The result of every call, if set."""
    on_call: Callable[[], None] = lambda: None
    calls: list[Answer | None] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def begin(self, visit: Visit) -> AuthenticatorResult:
        self._called(visit, None)
        return self.instead or SIGN_IN

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        self._called(visit, answer)
        if self.instead:
            return self.instead
        match answer:
            case Answers(by_name):
                return self._answered(by_name)
            case StillWaiting():
                return Granted(self.holds) if self.approved else APPROVE
            case CameBack():
                return Granted(self.holds)

    def cancel(self, visit: Visit) -> None:
        if self.fails:
            raise AuthenticatorUnavailableError("down")
        self.cancelled.append(visit.memory)

    def _called(self, visit: Visit, answer: Answer | None) -> None:
        self.calls.append(answer)
        self.visits.append(visit)
        self.on_call()
        if self.fails:
            raise AuthenticatorUnavailableError("down")

    def _answered(self, by_name: Mapping[str, str]) -> AuthenticatorResult:  # noqa: PLR0911 - one for each customer
        match dict(by_name):
            case {"user": "elsewhere", **_rest}:
                return SendTo(url="https://bank.example/login")
            case {"user": "locked", **_rest}:
                return Denied(final=True, text="Your access is locked.")
            case {"user": "again", **_rest}:
                return Denied(final=False, text="That took too long.")
            case {"user": _, "password": password}:
                return FACTOR if password == PASSWORD else Ask(fields=SIGN_IN.fields, error=WRONG)
            case {"factor": factor}:
                return ENTER_CODE if factor == "sms" else APPROVE
            case {"code": code} if code == CODE:
                return Granted(self.holds)
            case _:
                return Ask(fields=(Field(name="code", kind=Kind.CODE, error="Not this one."),))
