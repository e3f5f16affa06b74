"""The customer's journey: start, submit, apply the authenticator's result, show the current view."""
