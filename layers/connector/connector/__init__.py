"""What every function of the connector shares: the session, delivery, tokens, pages."""
