"""The invocation: its deadline, bounded HTTP, the rate limiter, log lines and metrics."""
