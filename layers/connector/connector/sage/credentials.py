"""The credentials for Sage, in two secrets that the deployer fills in: no function needs both (docs/decisions/0086)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials:
    """The credentials secret: the client at Sage ID. Its repr has no value of it."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """The Provider API's secret: the key that each request to the Provider API carries. Its repr has no value of it."""

    api_key: str = field(repr=False)
