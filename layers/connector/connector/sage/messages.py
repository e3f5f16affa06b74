"""The messages of Banking Service and Sage ID, as pydantic models.

Source: Sage's "Re-authorisation" and "Connector API" pages. Unknown keys are ignored: Sage may add some.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

type Identifier = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class AuthorisationResult(BaseModel):
    """The `data` of PATCH /authorisations/{id}. It names no account: the authorisation's id is enough."""

    status: str


class PatchAuthorisation(BaseModel):
    """PATCH /authorisations/{id}."""

    data: AuthorisationResult


class TokenResponse(BaseModel):
    """Sage ID's response to POST /oauth/token. `expires_in` (seconds) is not promised."""

    access_token: Annotated[str, StringConstraints(min_length=1)] = Field(repr=False)
    expires_in: Annotated[int, Field(gt=0)] | None = None


class StatementCounts(BaseModel):
    """The counts and sums of a statement. The connector's has one account detail and no transactions."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    transaction_details_count: int = 0
    account_details_count: int = 1
    transaction_credit_sum: int = 0
    transaction_debit_sum: int = 0


class AccountDetail(BaseModel):
    """An account that lost its authorisation."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    bank_account_id: str
    status: Literal["authRequired"] = "authRequired"


class StatementData(BaseModel):
    """The `data` of POST /statements, for one account: exactly what the "Re-authorisation" page shows."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    principal_id: str
    bank_id: str
    expected: StatementCounts = Field(default_factory=StatementCounts)
    account_details: list[AccountDetail]
    transaction_details: tuple[()] = ()


class PostStatement(BaseModel):
    """POST /statements."""

    data: StatementData

    @classmethod
    def requiring_authorisation(cls, bank_account_id: str, bank_id: str) -> Self:
        """Make the statement that marks an account `authRequired`."""
        detail = AccountDetail(bank_account_id=bank_account_id)
        return cls(data=StatementData(principal_id=bank_account_id, bank_id=bank_id, account_details=[detail]))


class Statement(BaseModel):
    """A statement. Its id is documented; its status and the reason of the status are not."""

    id: Identifier | None = Field(default=None, alias="_id")
    status: str = ""
    reason: object = None
    """Of any shape: Sage documents none."""


class StatementResponse(BaseModel):
    """The response to POST /statements and GET /statements/{id}."""

    data: Statement = Field(default_factory=Statement)


class AccountQueryData(BaseModel):
    """An account by the provider's own id of it."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    bank_id: str
    external_id: str


class AccountQuery(BaseModel):
    """POST /accountqueries."""

    data: AccountQueryData


class QueriedAccount(BaseModel):
    """The account as Banking Service knows it."""

    bank_account_id: Identifier | None = Field(default=None, alias="bankAccountId")
    status: str = ""


class AccountQueryResponse(BaseModel):
    """The response to POST /accountqueries."""

    data: QueriedAccount = Field(default_factory=QueriedAccount)


class SageError(BaseModel):
    """Sage's error, as far as its shape is known from older sources."""

    code: str = ""
    message: str = ""
    detail: str = ""


class ErrorResponse(BaseModel):
    """The body of a response with an error status."""

    error: SageError = Field(default_factory=SageError)
