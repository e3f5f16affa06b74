"""One web application for each party; each is served on an origin of its own."""
