"""One module for each command that works with the tables, queues and functions of a stack."""
