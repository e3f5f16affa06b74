"""The soak test: thousands of re-authorisations under random faults, and an audit of their results."""
