"""The things to break: planned faults, and what the connector does about each."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.rules.faults import Fault, Kind, Plan

PATCH = "PATCH /v1/authorisations/*"
TOKEN = "POST /oauth/token"  # noqa: S105 - an endpoint
NOTIFICATION = "POST /notification"


@dataclass(frozen=True)
class Breakage:
    """Something to break. `expected` says what the connector does about it."""

    key: str
    group: str
    title: str
    expected: str
    plans: Sequence[Plan]


def _plan(party: str, endpoint: str, *faults: Fault) -> Plan:
    return Plan(party, endpoint, faults)


BREAKAGES = (
    Breakage(
        "patch-unavailable",
        "Banking Service",
        "The next two PATCH get 503",
        "The connector repeats PATCH after a short random delay, and the customer gets home. If it takes longer, the"
        " page says that the connection is being finished, and the relay delivers the outcome every minute.",
        (_plan("provider_api", PATCH, Fault(Kind.STATUS, 503), Fault(Kind.STATUS, 503)),),
    ),
    Breakage(
        "patch-answer-lost",
        "Banking Service",
        "The answer to the next PATCH is lost",
        "PATCH took effect, but the connector cannot know it. It repeats PATCH, gets 409, and counts the outcome as"
        " delivered, because an earlier attempt may have arrived.",
        (_plan("provider_api", PATCH, Fault(Kind.DROP_AFTER)),),
    ),
    Breakage(
        "patch-too-many",
        "Banking Service",
        "The next PATCH gets 429 with Retry-After: 5",
        "The connector sends no PATCH for five seconds, then delivers. Meanwhile the customer's page waits.",
        (_plan("provider_api", PATCH, Fault(Kind.STATUS, 429, "5")),),
    ),
    Breakage(
        "patch-refused",
        "Banking Service",
        "The next PATCH gets 400",
        "A repetition would not help. The connector records the outcome as rejected, an alarm rings, and the page says"
        " that the account is not connected.",
        (_plan("provider_api", PATCH, Fault(Kind.STATUS, 400)),),
    ),
    Breakage(
        "token-revoked",
        "Sage ID",
        "The token of the next PATCH was revoked",
        "PATCH gets 401. The connector drops this token, gets a new one from Sage ID, and repeats PATCH once.",
        (_plan("provider_api", PATCH, Fault(Kind.REVOKE_TOKEN)),),
    ),
    Breakage(
        "sage-id-unavailable",
        "Sage ID",
        "The token was revoked, and Sage ID gets 503 for 20 seconds",
        "The connector cannot get a new token. The page says that the connection is being finished; a later attempt"
        " delivers the outcome.",
        (
            _plan("provider_api", PATCH, Fault(Kind.REVOKE_TOKEN)),
            Plan("sage_id", TOKEN, (Fault(Kind.STATUS, 503),), probability=1, for_seconds=20),
        ),
    ),
    Breakage(
        "notification-late",
        "Notification",
        "The next notification is sent one second late",
        "GET /authrefresh arrives first. The connector waits a moment for the notification, and then shows the page.",
        (_plan("banking_service", NOTIFICATION, Fault(Kind.DELAY, seconds=1)),),
    ),
    Breakage(
        "notification-not-sent",
        "Notification",
        "The next notification is not sent",
        "The connector was never told of this authorisation. GET /authrefresh gets 403, and a page without a redirect.",
        (_plan("banking_service", NOTIFICATION, Fault(Kind.DROP_BEFORE)),),
    ),
    Breakage(
        "notification-twice",
        "Notification",
        "The next notification is sent twice",
        "The second one is a duplicate. It gets 200 too, and the session stays as it is.",
        (_plan("banking_service", NOTIFICATION, Fault(Kind.TWICE)),),
    ),
    Breakage(
        "notification-answer-lost",
        "Notification",
        "The answer to the next notification is lost",
        "Banking Service sends the notification again. The connector accepts it as a duplicate.",
        (_plan("banking_service", NOTIFICATION, Fault(Kind.DROP_AFTER)),),
    ),
    Breakage(
        "bank-unavailable",
        "The bank",
        "The next request to the bank gets 503",
        "With steps and oidc, the page says that the bank does not answer, and offers Try again. It costs no attempt.",
        (
            _plan("bank", "* /v1/*", Fault(Kind.STATUS, 503)),
            _plan("bank", "* /identity/token", Fault(Kind.STATUS, 503)),
        ),
    ),
    Breakage(
        "bank-slow",
        "The bank",
        "The next request to the bank takes 12 seconds",
        "With steps and oidc, the connector waits eight seconds. Then the page says that the bank does not answer, and"
        " offers Try again.",
        (
            _plan("bank", "* /v1/*", Fault(Kind.DELAY, seconds=12)),
            _plan("bank", "* /identity/token", Fault(Kind.DELAY, seconds=12)),
        ),
    ),
)

BY_KEY = {breakage.key: breakage for breakage in BREAKAGES}
