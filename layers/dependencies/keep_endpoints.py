"""Keep in botocore's endpoints.json the endpoints of the named services only.

botocore reads the whole file for its first client. The regions, and the defaults of each partition, remain.
"""

import json
import sys
from pathlib import Path


def keep(path: Path, services: list[str]) -> None:
    """Rewrite the file."""
    endpoints = json.loads(path.read_text("utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: partition["services"][name] for name in services if name in partition["services"]
        }
    path.write_text(json.dumps(endpoints, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.argv[2:])
