"""One session with the values of Sage's samples, and the updates that bring it to each state."""

from connector.journey import start
from connector.journey import updates as journey
from connector.notification import accept
from connector.session import ticket
from connector.session.authorisation import Authorisation, Outcome
from connector.session.store import Store
from connector.session.update import Lease, Update

ID = "a7d66d27-e9ab-40b4-850a-447a541ca263"
BANK_ID = "10aaeee6-4691-4443-8198-df39aaa8007c"
EXTERNAL_ID = "account-4321"
SAGE_STATE = "5c3bb1f5-5d73-4b5c-8a0a-0c3bd86bd2b7"
REDIRECT_URI = "https://eu.sagebankdrive.com/return?journey=7"
TICKET = ticket.mint()
LEASE = Lease("lease-1", 1_800_000_060)


def notify(now: float) -> Update:
    return accept.notify(ID, BANK_ID, session_minutes=20, now=now)


def open_session(now: float, ticket: str = TICKET) -> Update:
    return start.open_session(
        ID,
        external_id=EXTERNAL_ID,
        bank_account=BANK_ID,
        redirect_uri=REDIRECT_URI,
        sage_state=SAGE_STATE,
        ticket=ticket,
        now=now,
    )


def decide(
    now: float,
    outcome: Outcome = Outcome.SUCCESS,
    status: str = "success",
    ticket: str = TICKET,
    lease: Lease = LEASE,
) -> Update:
    return journey.decide(ID, ticket, outcome, status=status, lease=lease, now=now)


def decided(store: Store, now: float) -> Authorisation:
    """Bring the session to a recorded outcome in the outbox."""
    store.apply(notify(now))
    store.apply(open_session(now))
    return store.apply(decide(now))
