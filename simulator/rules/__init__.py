"""The records and rules of Banking Service, without HTTP and threads. The clock is a parameter."""
