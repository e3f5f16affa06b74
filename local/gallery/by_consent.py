"""The scenes of the consent authenticator. The last scenes break the stack."""

from local.gallery.by_steps import Scene
from local.gallery.visit import Visit

UNAVAILABLE, REFUSED = 503, 422


def confirm(visit: Visit) -> None:
    """Confirm."""
    visit.open()
    visit.press("continue")


def finishing(visit: Visit) -> None:
    """Confirm, while Banking Service does not respond."""
    confirm(visit)
    visit.fail_to_deliver(UNAVAILABLE)
    visit.press("answer")


def not_accepted(visit: Visit) -> None:
    """Confirm, and Banking Service refuses."""
    confirm(visit)
    visit.fail_to_deliver(REFUSED)
    visit.press("answer")


def fault_later(visit: Visit) -> None:
    """Continue, while the connector has a fault."""
    visit.open()
    visit.break_down("completion")
    visit.press("continue")


def fault(visit: Visit) -> None:
    """Start, while the connector has a fault."""
    visit.break_down("authrefresh")
    visit.open()


SCENES: tuple[Scene, ...] = (confirm, finishing, not_accepted, fault_later, fault)
