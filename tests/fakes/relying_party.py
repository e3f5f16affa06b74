"""One customer's journey through `oidc`, without pages: begin, sign in at the provider, come back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.oidc.authenticator import Oidc
from connector.authenticators.port import Ask, AuthenticatorResult, CameBack, Granted, SendTo, Visit
from connector.runtime.settings import read
from tests.deployment import environment_for

ACCOUNT = "acc-1"


@dataclass
class Secret:
    """The authenticator secret."""

    values: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        return self.values[name]

    reload = get


def oidc(issuer: str, client_id: str, secret: str, clock: Callable[[], float], **parameters: str) -> Oidc:
    """Make the authenticator, with template parameters."""
    settings = read(
        AuthenticatorSettings,
        environment_for(
            {"Authenticator": "oidc", "AuthenticatorUrl": issuer, "AuthenticatorTimeoutSeconds": "8"} | parameters
        ),
    )
    values = {"oidc_client_id": client_id, "oidc_client_secret": secret}
    return Oidc(Configuration(settings, Secret(values)), clock)  # type: ignore[arg-type]  # as much of it as is called


@dataclass
class Journey:
    """The journey of the holder of ACCOUNT."""

    authenticator: Oidc
    visit: Visit = field(
        default_factory=lambda: Visit(
            authorisation_id=str(uuid4()),
            external_id=ACCOUNT,
            bank_id=None,
            locale="en",
            expires_at=0,
            key="k",
            callback_url="https://connector.example/completion/callback",
            callback_state=uuid4().hex,
        )
    )

    def begin(self) -> str:
        """Return the URL at which the customer signs in."""
        result = self.authenticator.begin(self.visit)
        assert isinstance(result, SendTo)
        return result.url

    def come_back(self, query: Mapping[str, str]) -> AuthenticatorResult:
        """Return what follows."""
        return self.authenticator.resume(self.visit, CameBack(query))


def proves(result: AuthenticatorResult) -> bool:
    """Tell whether the customer proved to hold ACCOUNT (whether or not they must still confirm)."""
    return isinstance(result, Ask) or (isinstance(result, Granted) and ACCOUNT in result.external_ids)
