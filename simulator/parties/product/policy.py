"""The content security policy of the product's pages. Sage does not document its own."""


def policy(connector_origin: str, *, strict: bool) -> str:
    """Return the policy: forms and frames may go to the connector.

    The usual policy allows the style and the logo of an embedded page; the strict policy allows only the product's own.
    """
    own = "'self'"
    sources = {
        "default-src": own,
        "style-src": own if strict else f"{own} 'unsafe-inline' data:",
        "img-src": own if strict else f"{own} data: http: https:",
        "frame-src": f"{own} {connector_origin}",
        # Browsers apply form-action to the redirects that follow a form, and the connector redirects to the bank.
        "form-action": f"{own} http: https:",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": own,
    }
    return "; ".join(f"{name} {value}".strip() for name, value in sources.items())
