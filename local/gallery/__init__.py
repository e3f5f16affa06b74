"""`make gallery`: pictures of every page in every state, from the deployed stack and a real browser."""
