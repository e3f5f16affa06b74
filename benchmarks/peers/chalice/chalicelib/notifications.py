from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


class MalformedError(ValueError):
    """The body is no notification."""


class Resource(BaseModel):
    """What a notification is about."""

    id: str
    type: str


class AdditionalData(BaseModel):
    """What a notification says besides."""

    bank_id: str | None = Field(default=None, alias="bankId")


class Notification(BaseModel):
    """Banking Service's notification."""

    model_config = ConfigDict(populate_by_name=True)

    type: str
    resource: Resource
    additional_data: AdditionalData = Field(default_factory=AdditionalData, alias="additionalData")

    @property
    def starts_authorisation(self) -> bool:
        """Whether an authorisation has started."""
        return (self.type, self.resource.type) == ("resourceCreated", "authorisation")

    @model_validator(mode="after")
    def authorisations_have_uuids(self) -> "Notification":
        """Check the id of an authorisation."""
        if self.starts_authorisation:
            UUID(self.resource.id)
        return self


def read_notification(body: bytes) -> Notification:
    """Read a request's body. Raise MalformedError."""
    try:
        return Notification.model_validate_json(body)
    except ValidationError:
        raise MalformedError from None
