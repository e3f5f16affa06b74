"""The confirmation's traffic: after a 429 no other account is queried in this run."""

from connector.confirmation.confirm_accounts import ConfirmAccounts
from connector.delivery.updates import deliver
from connector.journey.start import open_session
from connector.journey.updates import decide
from connector.notification.accept import notify
from connector.sage.api_response import ApiResponse
from connector.session.authorisation import Outcome
from connector.session.store import DynamoDBStore
from connector.session.update import Lease
from tests import sample
from tests.fakes.accounts import Accounts, account
from tests.fakes.clock import Clock

SESSIONS = [f"00000000-0000-4000-8000-{number:012}" for number in range(3)]


def delivered(store: DynamoDBStore, now: float) -> None:
    for session in SESSIONS:
        store.apply(notify(session, sample.BANK_ID, session_minutes=20, now=now))
        store.apply(
            open_session(
                session,
                external_id=f"external-{session[-1]}",
                bank_account=None,
                redirect_uri=sample.REDIRECT_URI,
                sage_state=sample.SAGE_STATE,
                ticket=sample.TICKET,
                now=now,
            )
        )
        lease = Lease.until_after(30, now)
        decided = store.apply(decide(session, sample.TICKET, Outcome.SUCCESS, status="success", lease=lease, now=now))
        store.apply(deliver(decided, how="acknowledged", now=now))


def run(store: DynamoDBStore, clock: Clock, sage: Accounts) -> int:
    return ConfirmAccounts(
        store,
        sage,
        minutes=30,
        clock=clock,
        seconds_left=lambda: 60.0,
        count=lambda _: None,
        alarm=lambda *_: None,
        is_disconnected=lambda _: False,
    )()


def test_after_a_429_no_other_account_is_queried_until_the_next_run(moto_store: DynamoDBStore) -> None:
    clock = Clock()
    delivered(moto_store, clock())
    sage = Accounts(account("active"), ApiResponse(429), account("active"), account("active"))

    assert run(moto_store, clock, sage) == 2
    assert len(sage.heard) == 2
    clock.now += 60
    assert run(moto_store, clock, sage) == 2
    assert list(moto_store.unconfirmed(clock())) == []
