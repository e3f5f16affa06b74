"""`connector check`: play Banking Service against a deployed connector, and tell what it does right and wrong."""
