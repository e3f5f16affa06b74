"""The connector on one machine: a local AWS, a simulated Sage and bank, and the stack deployed between them."""
