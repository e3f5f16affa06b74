"""One function of the connector on this machine, with an event that a running stack makes possible."""
