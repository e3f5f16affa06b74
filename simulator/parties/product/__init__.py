"""A Sage-like product, with the dialogue and the landing page that Banking Service shows its customers."""
