"""Sage can tell from a request which version of the connector sent it."""

import os
from unittest.mock import patch

import connector
from connector.bootstrap.sage import provider_api
from local.stack.control import Control
from tests.deployment import Deployment


def test_requests_to_sage_id_and_to_the_provider_api_name_the_connector_and_its_version(
    stack: Deployment, control: Control
) -> None:
    with patch.dict(os.environ, stack.environment):
        provider_api().get_statement("unknown", timeout=5)

    agents = {e["path"]: e["request"]["headers"].get("User-Agent") for e in control.exchanges()}
    expected = f"sage-reauthorisation-connector/{connector.__version__}"
    assert agents == dict.fromkeys(("/oauth/token", "/v1/statements/unknown"), expected)
