"""The bank's web sites: home page with the test customers, phones, backend, identity provider."""
