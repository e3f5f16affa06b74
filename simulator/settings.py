"""The settings that can change while the simulator runs."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, NonNegativeInt, PositiveInt

type Display = Literal["embedded", "iframe", "page"]


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
    display: Display = "embedded"
    """How the product shows the connector's page if the customer's request does not say it."""
    customer_language: str = Field(default="", pattern=r"^[A-Za-z-]{0,20}$")
    """The customer's language (BCP 47 tag). Empty means the language of the browser."""
    product_policy: Literal["usual", "strict"] = "usual"
    """The content security policy of the product's pages: `strict` also blocks the style of an embedded page."""
    embed_refusals: bool = True
    """Whether the product embeds the connector's page if its status is an error. Otherwise it shows a page of its own.
    """
    accepted_statuses: tuple[str, ...] = ("success",)
    """The values of `status` that PATCH /authorisations accepts. Sage documents `success` only."""


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
