"""The command `connector`: request, show, outbox, deliver, redrive and check, for a deployed stack."""
