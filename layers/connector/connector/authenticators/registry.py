"""The authenticator that the deployer chose: one of the built-in ones by its name, or the deployer's own class."""

from importlib import import_module

from connector.authenticators.configuration import Configuration
from connector.authenticators.error_boundary import ErrorBoundary
from connector.authenticators.port import Authenticator
from connector.runtime.settings import ConfigurationError

BUILT_IN = {
    "consent": "connector.authenticators.consent:Consent",
    "steps": "connector.authenticators.steps.authenticator:Steps",
    "oidc": "connector.authenticators.oidc.authenticator:Oidc",
}


def load(configuration: Configuration) -> Authenticator:
    """Return the chosen authenticator. Raise ConfigurationError where no authenticator has that name.

    Only the chosen module is imported, with the packages that it needs.
    """
    name = configuration.settings.authenticator
    module, _, class_name = BUILT_IN.get(name, name).partition(":")
    try:
        found = getattr(import_module(module), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(
            f"there is no authenticator {name!r}: choose {', '.join(BUILT_IN)} or a package.module:Class of a layer"
        ) from error
    if not (isinstance(found, type) and issubclass(found, Authenticator)):
        raise ConfigurationError(f"{name!r} is not a subclass of connector.authenticators.port.Authenticator")
    return ErrorBoundary(found(configuration))
