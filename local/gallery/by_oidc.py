"""The scenes of the oidc authenticator."""

from local.gallery.by_steps import Scene
from local.gallery.visit import Visit


def sent_to(visit: Visit) -> None:
    """Show the page that leads to the bank, as in a frame."""
    visit.open()
    visit.show_redirect_body()
    visit.press("continue")


def sent_before(visit: Visit) -> None:
    """Return from the bank without a sign-in."""
    sent_to(visit)
    visit.refresh()


def confirm_account(visit: Visit) -> None:
    """Sign in at the bank, and come back to the page that names the account."""
    visit.open()
    visit.press("continue")
    visit.sign_in_at_bank("anna")


def other_browser(visit: Visit) -> None:
    """Come back from the bank in a browser that was never sent there."""
    visit.open()
    visit.press("continue")
    visit.page.context.clear_cookies()
    visit.sign_in_at_bank("anna")


SCENES: tuple[Scene, ...] = (sent_to, sent_before, confirm_account, other_browser)
