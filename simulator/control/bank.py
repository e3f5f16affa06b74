"""Routes that control the bank's identity provider: its keys, and defects of its id tokens."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from simulator.bank.identity_provider import Defects
from simulator.bank.systems import Bank
from simulator.tokens.forgery import Forgery
from simulator.wire.body import Body


class NewDefects(Body):
    """The defects of the id tokens from now on: claims to replace (null removes a claim), and a forged signature."""

    claims: dict[str, Any] = Field(default_factory=dict)
    forgery: Forgery | None = None


class Rotation(Body):
    """Whether tokens signed with earlier keys remain valid."""

    keep_previous: bool = True


def routes(bank: Bank) -> Blueprint:
    """Return the routes."""
    api = Blueprint("bank_control", __name__, url_prefix="/bank")

    @api.put("/id-tokens")
    def set_defects() -> tuple[str, int]:
        new = NewDefects.read(request.get_data() or b"{}")
        bank.identity.defects = Defects(new.claims, new.forgery)
        return "", 204

    @api.post("/keys")
    def rotate() -> tuple[Response, int]:
        body = Rotation.read(request.get_data() or b"{}")
        return jsonify(kid=bank.identity.authority.rotate(keep_previous=body.keep_previous)), 201

    return api
