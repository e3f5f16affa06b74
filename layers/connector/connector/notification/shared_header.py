"""The value of the custom header of notifications, in a secret that the deployer fills in."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedHeader:
    """The notification secret: the value that Banking Service sends. Its repr has no value of it."""

    notification_header_value: str = field(repr=False)
    notification_header_value_previous: str | None = field(default=None, repr=False)
