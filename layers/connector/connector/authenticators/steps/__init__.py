"""`steps`: the provider's own backend drives the steps over HTTP (docs/authenticator-api.yaml)."""
