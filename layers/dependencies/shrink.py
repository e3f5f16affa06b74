"""Leave out of the layer's botocore and urllib3 what costs each cold start and what no function uses.

- The endpoints of other services. botocore reads the whole file for its first client. The regions, and the defaults of
  each partition, remain.
- The documentation of botocore's models, and the modules that make docstrings of it.
- The import of urllib3's HTTP/2, which botocore cannot use.
"""

import gzip
import json
import sys
from pathlib import Path

NO_DOCSTRINGS = '''"""The clients of the layer have no docstrings (layers/dependencies/shrink.py)."""


def ClientMethodDocstring(**_: object) -> None:
    """Make none."""


PaginatorDocstring = WaiterDocstring = ClientMethodDocstring
'''

REPLACED = {
    "botocore/docs/__init__.py": "",
    "botocore/docs/docstring.py": NO_DOCSTRINGS,
    "urllib3/http2/__init__.py": "",
}
"""The modules that are replaced, each with its new text."""


def shrink(packages: Path, services: list[str]) -> None:
    """Rewrite the files of the installed packages."""
    data = packages / "botocore" / "data"
    _keep_endpoints(data / "endpoints.json", services)
    for packed in data.rglob("*.json.gz"):
        model = without_documentation(json.loads(gzip.decompress(packed.read_bytes())))
        packed.with_suffix("").write_text(json.dumps(model, separators=(",", ":")), "utf-8")
        packed.unlink()
    for module, text in REPLACED.items():
        path = packages / module
        path.read_text("utf-8")  # A module that is not there any more is no cost to avoid: the build stops.
        path.write_text(text, "utf-8")


def _keep_endpoints(path: Path, services: list[str]) -> None:
    endpoints = json.loads(path.read_text("utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: partition["services"][name] for name in services if name in partition["services"]
        }
    path.write_text(json.dumps(endpoints, separators=(",", ":")), "utf-8")


def without_documentation(model: object) -> object:
    """Return a model of botocore without its texts. A member that is called "documentation" is no text and remains."""
    if isinstance(model, dict):
        return {
            name: without_documentation(value)
            for name, value in model.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [without_documentation(entry) for entry in model] if isinstance(model, list) else model


if __name__ == "__main__":
    shrink(Path(sys.argv[1]), sys.argv[2:])
