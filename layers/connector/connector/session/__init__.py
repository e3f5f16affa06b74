"""The authorisation session: its model, its transitions, the ticket, the callback and the store."""
