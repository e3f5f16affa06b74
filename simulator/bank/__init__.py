"""The simulated bank's own systems: its customers, their phones, their journeys, its identity provider."""
