"""Stand-ins for what lies outside the domain: real behaviour in memory, no scripts of expected calls."""
