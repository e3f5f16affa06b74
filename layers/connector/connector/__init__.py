"""What every function of the connector shares: the session, delivery, tokens, pages."""

__version__ = "0.2.0"
