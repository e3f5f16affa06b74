"""The command `connector`: ask, look, deliver and check, against a deployed stack."""
