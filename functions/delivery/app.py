"""Every minute: deliver the outcomes that Banking Service has not acknowledged, at a set rate."""

import time
from collections import Counter
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.aws.lock import LockHeldError
from connector.bootstrap.aws import credentials_vault, locks, sessions
from connector.bootstrap.sage import provider_api
from connector.delivery.deliver import Delivery
from connector.delivery.relay import Relay
from connector.runtime.invocation import Invocation
from connector.runtime.observability import count, gauge, logger, metrics
from connector.runtime.rate_limiter import RateLimiter
from connector.runtime.settings import read
from connector.settings import DeliverySettings

ONE_SECONDS = 20
"""How long an operator who asks for one delivery is kept waiting."""
STOP_BEFORE_SECONDS = 15
"""Before Lambda ends the invocation: an attempt with a refused token and its successor is over by then."""

rate_limiter = RateLimiter(read(DeliverySettings).relay_rate_per_second, time.time, time.sleep)
invocation = Invocation()
store = sessions()
happened: list[str] = []
delivery = Delivery(
    store,
    provider_api(credentials_vault(), turn=rate_limiter.wait),
    time.time,
    time.sleep,
    time_left=invocation.seconds_left,
    # Several threads deliver, and the metrics are not made for that; adding to a list is safe.
    count=happened.append,
)
relay = Relay(
    store,
    delivery,
    locks(),
    time.time,
    invocation.seconds_left,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str | None] | None:
    """Sweep once or, where the event names an `authorisation_id`, deliver that one and say where it stands.

    What goes wrong is an error of the function: it is alarmed, and the next minute sweeps again.
    """
    invocation.begin(context)
    happened.clear()
    try:
        if wanted := event.get("authorisation_id"):
            return _deliver_one(str(wanted))
        _sweep()
    except LockHeldError:
        logger.info("another sweep is running")
    finally:
        for name, times in Counter(happened).items():
            count(name, times)
    return None


def _deliver_one(authorisation_id: str) -> dict[str, str | None]:
    found = delivery.collect(authorisation_id, until=time.time() + ONE_SECONDS)
    return {"state": found.state.value if found else None, "reason": found.delivery_reason if found else None}


def _sweep() -> None:
    report = relay(STOP_BEFORE_SECONDS)
    gauge("OutcomesUndelivered", report.undelivered)
    gauge("OldestUndeliveredSeconds", report.oldest_seconds, "Seconds")
    logger.info(
        "swept", extra={"tried": report.tried, "outbox": report.undelivered, "oldest_seconds": report.oldest_seconds}
    )
    if report.failures:
        raise ExceptionGroup("some items could not be swept", report.failures)
