"""The accounts that Banking Service created and disconnected, each with Sage's id and the provider's own."""
