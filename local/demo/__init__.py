"""`make demo`: one re-authorisation over HTTP, and its transcript."""
