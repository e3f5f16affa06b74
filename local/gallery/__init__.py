"""`make gallery`: every page in every state, as the deployed stack answers it and a real browser shows it."""
