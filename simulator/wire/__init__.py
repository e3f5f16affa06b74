"""How the parties talk: servers, the record of every exchange, bodies and errors as Sage shapes them."""
