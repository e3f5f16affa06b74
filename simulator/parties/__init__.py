"""One web application for each party. Each has its own origin."""
