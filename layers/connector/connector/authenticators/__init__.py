"""How a customer proves who they are: the port, its error boundary, and the authenticators that implement it."""
