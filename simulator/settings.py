"""The settings that can change while the simulator runs."""

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt, PositiveInt


class Settings(BaseModel):
    """Durations and limits. A limit of 0 means no limit. Sage documents the values that are marked (Sage)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    statement_seconds: NonNegativeFloat = 1
    """How long the processing of a statement takes."""
    verifying_seconds: NonNegativeFloat = 2
    """How long an account stays `verifyingAuth`."""
    authorisation_seconds: NonNegativeFloat = 20 * 60
    """How long an authorisation can be completed (Sage)."""
    provider_api_per_second: NonNegativeInt = 10
    """Requests per second to the Provider API; more get 429 (Sage)."""
    sage_id_tokens_per_minute: NonNegativeInt = 600
    """Tokens per minute; more get 429. Sage documents that a limit exists, and not its size."""
    token_seconds: PositiveInt = 8 * 60 * 60
    """Lifetime of a Sage ID token (Sage)."""
    expires_in: bool = True
    """Whether Sage ID's response contains `expires_in`. Sage does not promise that."""
    bank_slow_seconds: NonNegativeFloat = 12
    """How long the bank delays its response for the customer with the behaviour SLOW."""
    notification_delay_seconds: NonNegativeFloat = 0
    """With 0 the notification is sent before the response to indirectauth, otherwise so many seconds after it."""


class CurrentSettings:
    """The settings in force. A change replaces the whole object in one assignment, so readers need no lock."""

    def __init__(self, initial: Settings) -> None:
        self._initial = initial
        self.current = initial

    def change(self, changes: dict[str, object]) -> Settings:
        """Change some settings. With an invalid value, raises pydantic's ValidationError and changes nothing."""
        self.current = Settings.model_validate(self.current.model_dump() | changes)
        return self.current

    def reset(self) -> None:
        """Restore the settings of the start."""
        self.current = self._initial
