"""A simulated Sage product, with the dialogue and the landing page of a re-authorisation."""
