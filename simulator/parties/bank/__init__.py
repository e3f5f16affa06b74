"""The bank's web sites: its home page with the test customers, their phones, its backend, its identity provider."""
