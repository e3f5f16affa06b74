"""Once a minute: deliver the outcomes that Banking Service has not acknowledged, at a set rate."""

import time
from typing import Any

from connector.aws.lock import LockHeldError
from connector.bootstrap.locks import locks
from connector.bootstrap.sage import at_most, provider_api
from connector.bootstrap.sessions import sessions
from connector.delivery.deliver import Delivery
from connector.delivery.relay import Relay
from connector.delivery.settings import DeliverySettings
from connector.runtime.invocation import Context, Invocation
from connector.runtime.observability import count, gauge, logger
from connector.runtime.settings import read

ONE_SECONDS = 20
"""How long an operator waits who has one outcome delivered."""
STOP_BEFORE_SECONDS = 15
"""Before the end of the invocation no attempt begins: two requests of 5 s each and a write fit.

An attempt that Lambda ends counts as uncertain; its lease ends, and the next run repeats it.
"""

invocation = Invocation()
store = sessions()
delivery = Delivery(
    store,
    provider_api(at_most(read(DeliverySettings).relay_rate_per_second)),
    time.time,
    time.sleep,
    time_left=invocation.seconds_left,
    count=count,
)
relay = Relay(store, delivery, locks(), time.time, time.sleep, invocation.seconds_left)


def handler(event: dict[str, Any], context: Context) -> dict[str, str | None] | None:
    """Run the relay or, where the event has an `authorisation_id`, deliver that outcome and return its state.

    An error fails the invocation, which raises an alarm; the relay runs again a minute later.
    """
    invocation.begin(context)
    try:
        if authorisation_id := event.get("authorisation_id"):
            return _deliver_one(str(authorisation_id))
        _relay()
    except LockHeldError:
        logger.info("another relay is running")
    return None


def _deliver_one(authorisation_id: str) -> dict[str, str | None]:
    found = delivery.acquire_and_deliver(authorisation_id, until=time.time() + ONE_SECONDS)
    return {"state": found.state.value if found else None, "reason": found.delivery_reason if found else None}


def _relay() -> None:
    report = relay(STOP_BEFORE_SECONDS)
    gauge("OutcomesUndelivered", report.undelivered)
    gauge("OldestUndeliveredSeconds", report.oldest_seconds, "Seconds")
    logger.info(
        "relayed", extra={"tried": report.tried, "outbox": report.undelivered, "oldest_seconds": report.oldest_seconds}
    )
    if report.failures:
        raise ExceptionGroup("some outcomes could not be delivered", report.failures)
