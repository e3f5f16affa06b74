"""JWTs: issued, verified and, for tests, forged."""
