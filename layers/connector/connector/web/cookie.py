"""The cookie of a browser that a page sends to another site. It proves that the same browser comes back.

`__Host-` makes browsers accept the cookie only from our own origin over TLS, for every path (RFC 6265bis, section
4.1.3.2). `SameSite=Lax` lets browsers send it with a navigation that another site started, which a callback is.
"""


def name_for(authorisation_id: str) -> str:
    """Return the name of a session's cookie. Two sessions of one browser have two cookies."""
    return f"__Host-reauthorisation-{authorisation_id}"


def header_for(authorisation_id: str, value: str, seconds: int) -> str:
    """Return the Set-Cookie header of a cookie that lives for so many seconds."""
    attributes = f"Max-Age={max(0, seconds)}; Path=/; Secure; HttpOnly; SameSite=Lax"
    return f"{name_for(authorisation_id)}={value}; {attributes}"
