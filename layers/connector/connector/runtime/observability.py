"""JSON log lines and metrics. They never contain a secret, a token or a customer's data.

Lambda's runtime writes each record of `logging`, with its `extra`, as one line of JSON that has the id of the request:
the template sets `LogFormat: JSON`. CloudWatch reads the metrics from lines in its embedded metric format
(https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
"""

import json
import logging
import sys
import time
from typing import Literal

SERVICE = "sage-reauthorisation"

logger = logging.getLogger(SERVICE)
logger.setLevel(logging.INFO)

# Below WARNING, botocore logs URLs and the places where it finds credentials.
logging.getLogger("botocore").setLevel(logging.WARNING)


_subject: dict[str, str | None] = {}


def subject(**fields: str | None) -> None:
    """Name the subject of an invocation, such as its session: each of its log lines has these fields.

    An environment runs one invocation at a time.
    """
    _subject.clear()
    _subject.update(fields)


def _with_subject(record: logging.LogRecord) -> bool:
    record.__dict__.update({name: value for name, value in _subject.items() if name not in record.__dict__})
    return True


logger.addFilter(_with_subject)


def count(name: str, times: int = 1) -> None:
    """Count events. Threads may count at the same time."""
    gauge(name, times)


def gauge(name: str, value: float, unit: Literal["Count", "Seconds"] = "Count") -> None:
    """Record a quantity."""
    directive = {
        "Namespace": "SageReauthorisation",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": name, "Unit": unit}],
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "service": SERVICE,
        name: value,
    }
    # One write: lines of several threads do not mix.
    sys.stdout.write(f"{json.dumps(line)}\n")
