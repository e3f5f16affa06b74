"""The simulated bank's systems: customers, their phones, the backend's journeys, the identity provider."""
