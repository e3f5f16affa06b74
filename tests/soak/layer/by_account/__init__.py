"""The authenticator of the soak: another kind for each account, so that one stack has journeys of all four kinds.

An account's id begins with the name of its kind. The parameter AuthenticatorSettings has, for each kind, the name of
its authenticator and the URL that it calls.
"""

from collections.abc import Mapping
from dataclasses import replace

from connector.authenticators.configuration import Configuration
from connector.authenticators.port import Answer, Authenticator, AuthenticatorResult, Visit
from connector.authenticators.registry import load


class ByAccount(Authenticator):
    """Passes every call on to the account's own authenticator."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(configuration)
        kinds = self.settings.authenticator_settings["kinds"]
        assert isinstance(kinds, Mapping)
        self._by_kind = {
            kind: load(
                replace(configuration, settings=replace(self.settings, authenticator=name, authenticator_url=url))
            )
            for kind, (name, url) in kinds.items()
        }

    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Begin with the account's authenticator."""
        return self._of(visit).begin(visit)

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Resume with the account's authenticator."""
        return self._of(visit).resume(visit, answer)

    def cancel(self, visit: Visit) -> None:
        """Cancel with the account's authenticator."""
        self._of(visit).cancel(visit)

    def _of(self, visit: Visit) -> Authenticator:
        return self._by_kind[visit.external_id.partition("-")[0]]
