"""The protocol as a small specification, and an exhaustive search of its states. No code of the product is used."""
