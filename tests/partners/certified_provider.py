"""The certified OpenID provider `oidc-provider` (npm), started on loopback."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

from tests.fakes.relying_party import ACCOUNT
from tests.template import CHECKOUT

NODE = Path(sys.executable).parent / "node"
MODULE = CHECKOUT / "requirements" / "node_modules" / "oidc-provider" / "lib" / "index.js"
SCRIPT = Path(__file__).with_suffix(".mjs")
CALLBACK = "https://connector.example/completion/callback"
CLIENT_ID = "connector %+/"
CLIENT_SECRET = "a+b%3D/c=d:e&f ~" + "0123456789" * 3  # public: it protects nothing
SECONDS = 10


@dataclass
class CertifiedProvider:
    """Its issuer, and what a test changes of it."""

    issuer: str

    def replace(
        self,
        *,
        key_id: str = "key-1",
        algorithm: str = "RS256",
        client: Mapping[str, Any] | None = None,
        configuration: Mapping[str, Any] | None = None,
    ) -> None:
        """Replace the provider: its one client, its signing key, more of its configuration."""
        registered = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": [CALLBACK]}
        described = {
            "keyId": key_id,
            "algorithm": algorithm,
            "client": registered | dict(client or {}),
            "configuration": dict(configuration or {}),
        }
        requests.post(f"{self.issuer}/control", json=described, timeout=SECONDS).raise_for_status()

    def sign_in(self, url: str, **how: str) -> dict[str, str]:
        """Sign in as the holder of ACCOUNT, or otherwise; return the query with which the customer comes back."""
        with requests.Session() as browser:
            at = self._redirect(browser, url)
            at = self._redirect(browser, f"{at}?{urlencode(how or {'account': ACCOUNT})}")
            back = self._redirect(browser, at)
        assert back.startswith(f"{CALLBACK}?"), back
        return dict(parse_qsl(urlsplit(back).query))

    def _redirect(self, browser: requests.Session, url: str) -> str:
        answer = browser.get(url, allow_redirects=False, timeout=SECONDS)
        assert answer.is_redirect, answer.text
        return urljoin(self.issuer, answer.headers["Location"])


@contextmanager
def certified_provider() -> Iterator[CertifiedProvider]:
    """Run it until the context ends."""
    assert MODULE.exists(), "oidc-provider is not here: 'make test' installs it (npm ci in requirements/)."
    command, pipe = [NODE, SCRIPT, MODULE], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - our own script
        assert process.stdout is not None
        provider = CertifiedProvider(process.stdout.readline().strip())
        assert provider.issuer, "oidc-provider does not start"
        try:
            yield provider
        finally:
            process.terminate()
