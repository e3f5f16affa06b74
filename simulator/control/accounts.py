"""Routes that show and change accounts and authorisations."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from simulator.rules.initial_accounts import BANK_ID
from simulator.rules.record_store import RecordStore
from simulator.rules.records import Account, AccountStatus, Authorisation
from simulator.wire.body import Body
from simulator.wire.exchanges import timestamp


class NewAccount(Body):
    """An account to link. Missing ids get default or random values."""

    external_id: str = Field(alias="externalId", min_length=1)
    bank_id: str = Field(alias="bankId", default=BANK_ID)
    bank_account_id: str | None = Field(alias="bankAccountId", default=None)
    name: str = "Test account"
    status: AccountStatus = AccountStatus.ACTIVE


class NewStatus(Body):
    """The new status of an account."""

    status: AccountStatus


class Rejection(Body):
    """The reason for which the account's statements fail. With null they succeed."""

    reason: str | None


def routes(records: RecordStore) -> Blueprint:
    """Return the routes."""
    api = Blueprint("accounts", __name__)

    @api.get("/accounts")
    def accounts() -> Response:
        return jsonify(accounts=[_account(account) for account in records.accounts()])

    @api.post("/accounts")
    def add_account() -> tuple[Response, int]:
        new = NewAccount.read(request.get_data())
        account = records.add_account(new.external_id, new.bank_id, new.name, new.bank_account_id, new.status)
        return jsonify(_account(account)), 201

    @api.get("/accounts/<bank_account_id>")
    def account(bank_account_id: str) -> Response:
        return jsonify(_account(records.account(bank_account_id)))

    @api.put("/accounts/<bank_account_id>/status")
    def set_status(bank_account_id: str) -> Response:
        status = NewStatus.read(request.get_data()).status
        return jsonify(_account(records.set_status(bank_account_id, status)))

    @api.put("/accounts/<bank_account_id>/statements")
    def reject_statements(bank_account_id: str) -> tuple[str, int]:
        reason = Rejection.read(request.get_data()).reason
        account_id = records.account(bank_account_id).bank_account_id
        if reason:
            records.rejections[account_id] = reason
        else:
            records.rejections.pop(account_id, None)
        return "", 204

    @api.get("/authorisations")
    def authorisations() -> Response:
        now = records.now()
        return jsonify(authorisations=[_authorisation(kept, now) for kept in records.authorisations()])

    @api.get("/authorisations/<authorisation_id>")
    def authorisation(authorisation_id: str) -> Response:
        return jsonify(_authorisation(records.authorisation(authorisation_id), records.now()))

    return api


def _account(account: Account) -> dict[str, Any]:
    return {
        "bankAccountId": account.bank_account_id,
        "bankId": account.bank_id,
        "externalId": account.external_id,
        "name": account.name,
        "status": account.status,
        "history": [{"at": timestamp(change.at), "status": change.status} for change in account.history],
    }


def _authorisation(authorisation: Authorisation, now: float) -> dict[str, Any]:
    return {
        "authorisation_id": authorisation.authorisation_id,
        "progress": authorisation.progress(now),
        "bankAccountId": authorisation.bank_account_id,
        "bankId": authorisation.bank_id,
        "externalId": authorisation.external_id,
        "redirect_uri": authorisation.redirect_uri,
        "state": authorisation.state,
        "created_at": timestamp(authorisation.created_at),
        "expires_at": timestamp(authorisation.expires_at),
        "reports": [
            {
                "at": timestamp(report.at),
                "received_at": timestamp(report.received_at),
                "status": report.status,
                "accepted": report.accepted,
            }
            for report in authorisation.reports
        ],
    }
