"""JSON bodies of requests, read into models."""

from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic import ValidationError as PydanticError

from simulator.rules.refusals import ValidationError


class Body(BaseModel):
    """A body without unknown members. Values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Parse JSON. Raises ValidationError with the place and the reason of the first error."""
        try:
            return cls.model_validate_json(body)
        except PydanticError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"]) or "body"
            raise ValidationError(f"{where}: {first['msg']}") from error
