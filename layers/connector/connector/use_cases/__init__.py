"""What the connector does, one module for each thing that somebody asks of it."""
