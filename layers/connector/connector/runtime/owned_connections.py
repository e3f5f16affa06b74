"""HTTP connections that the deadline of an exchange owns: new ones, and those that a pool kept."""

import socket
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from connector.runtime.deadline import own

if TYPE_CHECKING:
    from urllib3 import PoolManager, ProxyManager


class _Owned(HTTPConnection):
    """A connection that tells the deadline of its socket, when it connects and when it is used again."""

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        try:
            own(connection)
        except TimeoutError:
            connection.close()
            raise
        return connection

    def request(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - urllib3's own
        if self.sock is not None:
            own(self.sock)
        super().request(*arguments, **options)


class _OwnedTls(_Owned, HTTPSConnection):
    """The same with TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Owned


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _OwnedTls


class OwnedAdapter(HTTPAdapter):
    """Sends each request on a connection that the current exchange's deadline owns."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - requests' own
        """Make the pools."""
        super().init_poolmanager(*arguments, **options)
        _use(self.poolmanager)

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> "ProxyManager":  # noqa: ANN401 - requests' own
        """Make the pools of a proxy."""
        manager: ProxyManager = super().proxy_manager_for(*arguments, **options)
        _use(manager)
        return manager


def _use(manager: "PoolManager") -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def owned_session() -> requests.Session:
    """Return a session whose connections the current exchange's deadline owns."""
    session = requests.Session()
    for prefix in ("http://", "https://"):
        session.mount(prefix, OwnedAdapter())
    return session
