"""Mutation testing of the modules that carry the promises: `make mutants`."""
