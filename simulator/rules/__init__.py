"""What Banking Service knows and allows. No HTTP, no threads of its own, no clock of its own."""
