"""What the connector says of itself: JSON log lines and counts. Never a secret, a token or a customer's data."""

import logging
import warnings
from typing import Literal

from aws_lambda_powertools import Logger, Metrics

logger = Logger(service="sage-reauthorisation")
metrics = Metrics(namespace="SageReauthorisation", service="sage-reauthorisation")

# Libraries speak when something is wrong; what they are about to do may name a URL or where credentials lie.
logging.getLogger("botocore").setLevel(logging.WARNING)

# Many requests count nothing, and that is no fault to warn of.
warnings.filterwarnings("ignore", "No application metrics to publish")


def count(name: str, times: int = 1) -> None:
    """Count events, in CloudWatch's embedded metric format."""
    metrics.add_metric(name=name, unit="Count", value=times)


def gauge(name: str, value: float, unit: Literal["Count", "Seconds"] = "Count") -> None:
    """Tell how much there is of something."""
    metrics.add_metric(name=name, unit=unit, value=value)
