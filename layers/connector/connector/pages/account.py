"""How the pages name the account."""

from connector.session.authorisation import Authorisation

_SHOWN = 4
"""Last characters of the account's reference: enough for its holder to recognise the account."""


def account_shown(session: Authorisation) -> str:
    """Return the end of the provider's own id of the account."""
    reference = session.external_id or ""
    return reference if len(reference) <= _SHOWN else f"…{reference[-_SHOWN:]}"
