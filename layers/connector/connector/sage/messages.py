"""What Banking Service sends and accepts, as pydantic models.

Source: Sage's "Re-authorisation" and "Connector API" pages. Unknown keys are ignored: Sage may add some.
"""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

type Identifier = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Resource(BaseModel):
    """What a notification is about."""

    id: Identifier
    type: Identifier


class AdditionalData(BaseModel):
    """What comes with some notifications. `bankId` is Sage's id of the bank."""

    bank_id: Identifier | None = Field(default=None, alias="bankId")


class Notification(BaseModel):
    """POST /notification. It names no account: `externalId` first appears on GET /authrefresh."""

    type: Identifier
    resource: Resource
    additional_data: AdditionalData = Field(default_factory=AdditionalData, alias="additionalData")

    @property
    def starts_authorisation(self) -> bool:
        """Whether it tells that an authorisation has started."""
        return (self.type, self.resource.type) == ("resourceCreated", "authorisation")


class AuthorisationResult(BaseModel):
    """The `data` of PATCH /authorisations/{id}. No accounts: Banking Service knows which one it is about."""

    status: str


class PatchAuthorisation(BaseModel):
    """PATCH /authorisations/{id}."""

    data: AuthorisationResult


class TokenAnswer(BaseModel):
    """Sage ID's answer to POST /oauth/token. `expires_in` (seconds) is not promised."""

    access_token: Annotated[str, StringConstraints(min_length=1)] = Field(repr=False)
    expires_in: Annotated[int, Field(gt=0)] | None = None
