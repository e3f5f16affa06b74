"""A simulated Banking Service, Sage ID, product and bank: real HTTP servers, for development and tests only.

The connector is tested against the simulator, so the two share no code. The simulator behaves as Sage's public
documentation says. Where the documentation says nothing, a docstring names the choice.
"""
