"""Run the connector on this machine: a local AWS, a simulated Sage and bank, and the stack deployed to them."""
