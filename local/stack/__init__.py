"""The local AWS, the simulated Sage and bank, and the connector deployed between them."""
