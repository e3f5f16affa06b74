"""The package that all functions share: the session, delivery, tokens, pages."""

__version__ = "0.2.0"
USER_AGENT = f"sage-reauthorisation-connector/{__version__}"
"""The User-Agent of requests to Sage (RFC 9110, section 10.1.5)."""
