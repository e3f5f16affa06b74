"""What the connector says of itself: JSON log lines and counts. Never a secret, a token or a customer's data."""

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
metrics = Metrics()


def count(name: str) -> None:
    """Count one event, in CloudWatch's embedded metric format."""
    metrics.add_metric(name=name, unit="Count", value=1)
