"""The scenes in which the bank's identity provider has the customer sign in."""

from local.gallery.by_steps import Scene
from local.gallery.visit import Visit


def sent_to(visit: Visit) -> None:
    """Be sent to the bank."""
    visit.open()
    visit.press("continue")


def sent_before(visit: Visit) -> None:
    """Come back from the bank without having signed in."""
    sent_to(visit)
    visit.page.locator("a[target=_top]").wait_for()
    visit.page.reload()


SCENES: tuple[Scene, ...] = (sent_to, sent_before)
