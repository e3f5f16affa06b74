"""Turn the bank's identity provider: its keys, and what is wrong with its id tokens."""

from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import Field

from simulator.bank.identity import Spoilt
from simulator.bank.systems import Bank
from simulator.tokens.forgery import Forgery
from simulator.wire.body import Body


class Spoil(Body):
    """What is wrong with the id tokens from now on: claims replaced, null takes one out; nothing: all is right."""

    claims: dict[str, Any] = Field(default_factory=dict)
    forgery: Forgery | None = None


class Rotation(Body):
    """Whether tokens signed with earlier keys stay valid."""

    keep_previous: bool = True


def routes(bank: Bank) -> Blueprint:
    """Make the routes."""
    api = Blueprint("bank_control", __name__, url_prefix="/bank")

    @api.put("/id-tokens")
    def spoil() -> tuple[str, int]:
        wanted = Spoil.read(request.get_data() or b"{}")
        bank.identity.spoilt = Spoilt(wanted.claims, wanted.forgery)
        return "", 204

    @api.post("/keys")
    def rotate() -> tuple[Response, int]:
        wanted = Rotation.read(request.get_data() or b"{}")
        return jsonify(kid=bank.identity.authority.rotate(keep_previous=wanted.keep_previous)), 201

    return api
