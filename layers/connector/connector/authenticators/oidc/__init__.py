"""`oidc`: the provider's identity provider proves who the customer is (OpenID Connect)."""
