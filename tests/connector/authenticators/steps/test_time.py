"""`AuthenticatorTimeoutSeconds` limits one call of the authenticator, with all its requests."""

from types import SimpleNamespace

import pytest

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.port import Answers, AuthenticatorUnavailableError, Granted, Visit
from connector.authenticators.steps.authenticator import Steps
from connector.runtime import bounded_http
from connector.runtime.settings import read
from tests.deployment import environment_for
from tests.fakes.clock import Clock
from tests.fakes.http_server import Received, Reply, http_server

SECONDS = 10
VISIT = Visit(
    authorisation_id="a", external_id="acc-1", bank_id=None, locale="en", expires_at=0, key="k" * 32, memory="j-1"
)
GRANTED = {"journeyId": "j-1", "step": {"type": "granted", "externalIds": ["acc-1"]}}


class RotatedSecret:
    """The API key, which was rotated since it was read."""

    def get(self, _: str) -> str:
        return "old"

    def reload(self, _: str) -> str:
        return "new"


@pytest.mark.parametrize(("refusal_seconds", "answered"), [(SECONDS - 2, True), (SECONDS, False)])
def test_a_retry_with_the_new_key_gets_the_time_that_the_refusal_left(
    monkeypatch: pytest.MonkeyPatch, refusal_seconds: float, *, answered: bool
) -> None:
    clock = Clock()
    monkeypatch.setattr(bounded_http, "time", SimpleNamespace(monotonic=clock))
    received = list[str]()

    def reply(request: Received) -> Reply:
        received.append(request.headers["Authorization"])
        if received[-1] == "Bearer new":
            return Reply(200, GRANTED)
        clock.now += refusal_seconds
        return Reply(401)

    with http_server(reply) as url:
        parameters = {
            "Authenticator": "steps",
            "AuthenticatorUrl": url,
            "AuthenticatorTimeoutSeconds": str(SECONDS),
        }
        settings = read(AuthenticatorSettings, environment_for(parameters))
        steps = Steps(Configuration(settings, RotatedSecret()))  # type: ignore[arg-type]  # as much of it as is called
        if answered:
            assert isinstance(steps.resume(VISIT, Answers({"code": "1"})), Granted)
        else:
            with pytest.raises(AuthenticatorUnavailableError):
                steps.resume(VISIT, Answers({"code": "1"}))

    assert received == (["Bearer old", "Bearer new"] if answered else ["Bearer old"])
