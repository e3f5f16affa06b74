"""The dialogue with the authenticator: what it gets (`visit`, `typed_answers`), says (`prompt`), and what follows."""
