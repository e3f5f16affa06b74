"""The command `connector check-authenticator`: a provider's backend under test."""
