"""The bodies of the Provider API. Undocumented members and values are refused."""

import json
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from simulator.wire.body import Body

# Literal[0] would accept `false`.
type Zero = Annotated[int, Field(ge=0, le=0)]
type One = Annotated[int, Field(ge=1, le=1)]


class SageBody(Body):
    """A body whose members are in camel case."""

    model_config = ConfigDict(alias_generator=to_camel)


class AuthorisationResult(SageBody):
    """The result. `success` is the only documented value; the setting `accepted_statuses` names those accepted."""

    status: str = Field(min_length=1)


class PatchAuthorisation(SageBody):
    """PATCH /authorisations/{id}."""

    data: AuthorisationResult

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Parse JSON. An empty array, which the overview of Sage's guide names, means `success`."""
        if _is_empty_array(body):
            return cls(data=AuthorisationResult(status="success"))
        return super().read(body)


class AccountDetail(SageBody):
    """The one account of a statement, which needs re-authorisation."""

    bank_account_id: str = Field(min_length=1)
    status: Literal["authRequired"]


class Expected(SageBody):
    """The counts of the statement: one account detail, no transactions."""

    transaction_details_count: Zero
    account_details_count: One
    transaction_credit_sum: Zero
    transaction_debit_sum: Zero


class StatementData(SageBody):
    """A statement that only changes a status. Transactions are not simulated."""

    principal_id: str = Field(min_length=1)
    bank_id: str = Field(min_length=1)
    expected: Expected
    account_details: list[AccountDetail] = Field(min_length=1, max_length=1)
    transaction_details: list[object] = Field(max_length=0)


class PostStatement(SageBody):
    """POST /statements."""

    data: StatementData


class AccountQueryData(SageBody):
    """The provider's own id of an account."""

    bank_id: str = Field(min_length=1)
    external_id: str = Field(min_length=1)


class AccountQuery(SageBody):
    """POST /accountqueries."""

    data: AccountQueryData


def _is_empty_array(body: bytes) -> bool:
    try:
        return json.loads(body) in ([], {"data": []})
    except ValueError:
        return False
