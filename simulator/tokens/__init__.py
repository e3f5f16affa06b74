"""Sage ID's tokens: issued and verified, and forged for tests."""
