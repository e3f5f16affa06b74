"""The web: API Gateway's requests and responses, redirects, the brand, the public keys of a token issuer."""
