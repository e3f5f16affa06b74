"""Read a JSON body into a model, or refuse it as Sage would."""

from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic import ValidationError as PydanticError

from simulator.rules.refusals import ValidationError


class Body(BaseModel):
    """No unknown members, no conversions."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Parse JSON. Raises ValidationError that says where it is wrong."""
        try:
            return cls.model_validate_json(body)
        except PydanticError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"]) or "body"
            raise ValidationError(f"{where}: {first['msg']}") from error
