"""The settings of the relay."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DeliverySettings:
    """At which rate the relay delivers."""

    relay_rate_per_second: int
