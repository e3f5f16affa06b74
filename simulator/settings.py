"""What can be turned while the simulator runs."""

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt, PositiveInt


class Settings(BaseModel):
    """Times and limits; a limit of 0 means no limit. Sage documents only those marked [seed] or [doc]."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    statement_seconds: NonNegativeFloat = 1
    """How long a statement is processed."""
    verifying_seconds: NonNegativeFloat = 2
    """How long an account stays `verifyingAuth`."""
    authorisation_seconds: NonNegativeFloat = 20 * 60
    """How long an authorisation can be answered [seed]."""
    provider_api_per_second: NonNegativeInt = 10
    """Requests a second to the Provider API before 429 [doc]."""
    sage_id_tokens_per_minute: NonNegativeInt = 600
    """Tokens a minute before 429; that there is a limit is documented, its size is not [doc]."""
    token_seconds: PositiveInt = 8 * 60 * 60
    """Lifetime of a Sage ID token [seed]."""
    expires_in: bool = True
    """Whether Sage ID's answer has `expires_in`, which it does not promise."""
    bank_slow_seconds: NonNegativeFloat = 12
    """How long the bank takes for a customer for whom it is slow."""
    notification_delay_seconds: NonNegativeFloat = 0
    """0: the notification arrives before the product is answered; else this long afterwards."""


class Dials:
    """The settings in force; reading and replacing them are single assignments, so no lock is needed."""

    def __init__(self, initial: Settings) -> None:
        self._initial = initial
        self.current = initial

    def turn(self, changes: dict[str, object]) -> Settings:
        """Change some settings. Raises pydantic's ValidationError and changes nothing for a bad one."""
        self.current = Settings.model_validate(self.current.model_dump() | changes)
        return self.current

    def reset(self) -> None:
        """Go back to the settings that the simulator was started with."""
        self.current = self._initial
