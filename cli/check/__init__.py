"""`connector check`: call a connector as Banking Service does, and report each requirement that it meets or breaks."""
