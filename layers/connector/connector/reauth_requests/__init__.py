"""Requests of the provider's systems: mark an account authRequired and follow it until Sage has decided."""
