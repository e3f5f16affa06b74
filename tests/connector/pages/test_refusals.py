"""Each refused request gets a page."""

import pytest

from connector.pages.refusals import refused
from connector.pages.rendering.pages import Pages
from connector.session.authorisation import Refusal
from tests.browser.site import settings


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Refusal.UNKNOWN, 403),
        (Refusal.NOT_MATCHING, 403),
        (Refusal.USED, 410),
        (Refusal.EXPIRED, 410),
        (Refusal.NO_BEGINS_LEFT, 429),
    ],
)
def test_a_reason_that_a_customer_can_meet_has_its_status(reason: Refusal, status: int) -> None:
    assert refused(Pages(settings()), reason).status == status


@pytest.mark.parametrize("reason", [Refusal.KNOWN, Refusal.BUSY, Refusal.OTHER_STEP, Refusal.NO_ATTEMPTS_LEFT])
def test_a_reason_that_no_customer_should_meet_gets_the_page_of_a_fault_and_a_link_back(reason: Refusal) -> None:
    response = refused(Pages(settings()), reason, return_url="https://money.sage.com/return")

    assert response.status == 500
    assert "https://money.sage.com/return" in response.body
