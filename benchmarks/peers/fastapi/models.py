from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Resource(_Model):
    """What a notification is about."""

    id: str
    type: str
    url: str | None = None


class AdditionalData(_Model):
    """What a notification says besides."""

    bank_id: str | None = None


class Notification(_Model):
    """Banking Service's notification."""

    type: str
    resource: Resource
    additional_data: AdditionalData = Field(default_factory=AdditionalData)

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
