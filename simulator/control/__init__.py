"""The control API and its pages, for developers and tests. No simulated party calls it."""
