"""JSON log lines and metrics. They never contain a secret, a token or a customer's data."""

import logging
import warnings
from typing import Literal

from aws_lambda_powertools import Logger, Metrics

logger = Logger(service="sage-reauthorisation")
metrics = Metrics(namespace="SageReauthorisation", service="sage-reauthorisation")

# Below WARNING, botocore logs URLs and the places where it finds credentials.
logging.getLogger("botocore").setLevel(logging.WARNING)

# Powertools warns where an invocation has no metric. Many requests have none.
warnings.filterwarnings("ignore", "No application metrics to publish")


def count(name: str, times: int = 1) -> None:
    """Count events, in CloudWatch's embedded metric format."""
    metrics.add_metric(name=name, unit="Count", value=times)


def gauge(name: str, value: float, unit: Literal["Count", "Seconds"] = "Count") -> None:
    """Record a quantity, in CloudWatch's embedded metric format."""
    metrics.add_metric(name=name, unit=unit, value=value)
