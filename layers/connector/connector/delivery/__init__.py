"""Delivery: the outbox of outcomes, its relay, and the meaning of a response to PATCH /authorisations."""
