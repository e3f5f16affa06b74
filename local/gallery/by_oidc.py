"""The scenes of the oidc authenticator."""

from local.gallery.by_steps import Scene
from local.gallery.visit import Visit


def sent_to(visit: Visit) -> None:
    """Go to the bank's sign-in page."""
    visit.open()
    visit.press("continue")


def sent_before(visit: Visit) -> None:
    """Return from the bank without a sign-in."""
    sent_to(visit)
    visit.page.locator("a[target=_top]").wait_for()
    visit.page.reload()


SCENES: tuple[Scene, ...] = (sent_to, sent_before)
