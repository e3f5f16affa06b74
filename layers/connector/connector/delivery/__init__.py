"""Delivery: the outbox of outcomes, its relay, and the meaning of an answer to PATCH /authorisations."""
