"""The ticket and the view."""

from connector.session import ticket


def test_a_ticket_has_256_random_bits_and_no_two_are_alike() -> None:
    tickets = {ticket.mint() for _ in range(100)}

    assert len(tickets) == 100
    assert {len(t) for t in tickets} == {43}  # 32 bytes in base64 without padding


def test_a_view_key_is_not_the_ticket_and_does_not_lead_back_to_it() -> None:
    minted = ticket.mint()
    view_key = ticket.view_key_of(ticket.hash_of(minted))

    assert minted not in view_key
    assert ticket.hash_of(view_key) != ticket.hash_of(minted)
    assert ticket.hash_of(minted) != view_key


def test_only_the_view_key_of_the_stored_ticket_may_view() -> None:
    stored = ticket.hash_of(ticket.mint())

    assert ticket.may_view(stored, ticket.view_key_of(stored))
    assert not ticket.may_view(stored, ticket.view_key_of(ticket.hash_of(ticket.mint())))
    assert not ticket.may_view(stored, "")
    assert not ticket.may_view(stored, "\u00e9")
    assert not ticket.may_view(None, ticket.view_key_of(""))
