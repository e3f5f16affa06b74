"""The address of this machine for containers, and the servers of this machine that a function calls."""

import json
import re
import subprocess
from ipaddress import ip_network

from local.machine.errors import LocalError

_LOCAL = re.compile(r"//(?:127\.0\.0\.1|localhost):(\d+)")


def ports(text: str) -> set[int]:
    """Return the ports of the servers of this machine that a text names."""
    return {int(port) for port in _LOCAL.findall(text)}


def bridge_address() -> str:
    """Return the address that this machine has for containers (Docker on Linux). Raise LocalError."""
    command = ["docker", "network", "inspect", "bridge"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a fixed command without a shell
    if ran.returncode:
        raise LocalError(f"Docker has no bridge network: {ran.stderr.strip()}")
    [network] = json.loads(ran.stdout)
    configuration = network["IPAM"]["Config"][0]
    # Docker does not name the gateway that it chose itself: the first address.
    return str(configuration.get("Gateway") or ip_network(configuration["Subnet"])[1])
