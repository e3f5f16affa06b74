"""The metrics that CloudWatch reads from what a function writes."""

import json
from collections import Counter


def metrics_in(written: str) -> Counter[str]:
    """Return the sum of each metric in the lines of the embedded metric format."""
    found: Counter[str] = Counter()
    for line in written.splitlines():
        if line.startswith('{"_aws"'):
            values = json.loads(line)
            [directive] = values["_aws"]["CloudWatchMetrics"]
            assert (directive["Namespace"], directive["Dimensions"]) == ("SageReauthorisation", [["service"]])
            assert values["service"] == "sage-reauthorisation"
            found.update({metric["Name"]: values[metric["Name"]] for metric in directive["Metrics"]})
    return found
