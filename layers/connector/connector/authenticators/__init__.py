"""How a customer proves who they are: a port, and those who answer to it."""

from importlib import import_module

from connector.authenticators.configuration import Configuration
from connector.authenticators.error_boundary import ErrorBoundary
from connector.authenticators.port import Authenticator
from connector.runtime.settings import ConfigurationError

OURS = {
    "consent": "connector.authenticators.consent:Consent",
    "steps": "connector.authenticators.steps:Steps",
    "oidc": "connector.authenticators.oidc:Oidc",
}


def load(configuration: Configuration) -> Authenticator:
    """Return the authenticator that the deployer chose. Raise ConfigurationError where there is none of that name.

    Only the chosen one is imported, with the packages that it needs. Each is made with the same argument.
    """
    name = configuration.settings.authenticator
    module, _, kind = OURS.get(name, name).partition(":")
    try:
        found = getattr(import_module(module), kind)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(
            f"there is no authenticator {name!r}: choose {', '.join(OURS)} or a package.module:Class of a layer"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Authenticator)):
        raise ConfigurationError(f"{name!r} is no connector.authenticators.port.Authenticator")
    return ErrorBoundary(found(configuration))
