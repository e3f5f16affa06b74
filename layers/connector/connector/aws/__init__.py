"""AWS as the connector uses it: clients, the lock, stored values, credentials, and the one error of an AWS service."""
