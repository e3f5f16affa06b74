"""How a customer proves who they are: a port, and those who answer to it."""

from collections.abc import Mapping
from types import MappingProxyType

from connector.authenticators.consent import Consent
from connector.settings import ConfigurationError

AUTHENTICATORS: Mapping[str, type[Consent]] = MappingProxyType({"consent": Consent})


def load(name: str) -> Consent:
    """Return the authenticator that the deployer chose. Raise ConfigurationError where there is none of that name."""
    try:
        return AUTHENTICATORS[name]()
    except KeyError:
        raise ConfigurationError(f"there is no authenticator {name!r}: choose {', '.join(AUTHENTICATORS)}") from None
