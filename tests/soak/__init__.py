"""Thousands of re-authorisations while everything fails, and an audit of what came of them."""
