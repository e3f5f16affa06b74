"""The scenes in which a confirmation is all that is asked; and those of a stack that breaks, so they come last."""

from local.gallery.by_steps import Scene
from local.gallery.visit import Visit

UNAVAILABLE, REFUSED = 503, 422


def confirm(visit: Visit) -> None:
    """Confirm."""
    visit.open()
    visit.press("continue")


def finishing(visit: Visit) -> None:
    """Confirm, while Banking Service does not answer."""
    confirm(visit)
    visit.fail_to_deliver(UNAVAILABLE)
    visit.press("answer")


def not_accepted(visit: Visit) -> None:
    """Confirm, and be refused by Banking Service."""
    confirm(visit)
    visit.fail_to_deliver(REFUSED)
    visit.press("answer")


def trouble_again(visit: Visit) -> None:
    """Go on, while we have a fault."""
    visit.open()
    visit.break_down("completion")
    visit.press("continue")


def trouble(visit: Visit) -> None:
    """Start, while we have a fault."""
    visit.break_down("authrefresh")
    visit.open()


SCENES: tuple[Scene, ...] = (confirm, finishing, not_accepted, trouble_again, trouble)
