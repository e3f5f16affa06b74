"""The validation of a userinfo response (OpenID Connect Core 1.0, sections 5.3.2 and 5.3.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

import requests
from joserfc import jwt
from joserfc.errors import JoseError

from connector.authenticators.oidc.id_token import ALGORITHMS, Keys


class InvalidUserinfoError(Exception):
    """The userinfo response is not valid. The message quotes nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserinfoCheck:
    """The required content of the userinfo of one sign-in. `subject` is the `sub` of the id token."""

    issuer: str
    client_id: str
    subject: object

    def __call__(self, answer: requests.Response, keys: Keys) -> Mapping[str, object]:
        """Return the claims. Raise InvalidUserinfoError, and what `keys` raises.

        A JSON object came over TLS from the endpoint that discovery names. A JWT must be signed by the provider, too.
        """
        match answer.headers.get("Content-Type", "").partition(";")[0].strip().lower():
            case "application/json":
                claims = _json(answer)
            case "application/jwt":
                claims = self._signed(answer.text, keys)
            case _:
                raise InvalidUserinfoError("userinfo is neither JSON nor a JWT")
        if not isinstance(claims, dict) or not self.subject or claims.get("sub") != self.subject:
            raise InvalidUserinfoError("userinfo has another sub than the id token")
        return claims

    def _signed(self, text: str, keys: Keys) -> object:
        try:
            claims = jwt.decode(text, lambda signed: keys(signed.headers().get("kid")), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise InvalidUserinfoError(f"the signed userinfo: {type(error).__name__}") from None
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self.issuer or self.client_id not in audiences:
            raise InvalidUserinfoError("the signed userinfo is of another issuer or for another client")
        return claims


def _json(answer: requests.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        raise InvalidUserinfoError("userinfo is no JSON") from None
