"""A simulated Banking Service, Sage ID, product and bank: real HTTP servers, for development and tests only.

It is an oracle for the connector, so it shares no code with it. What it promises is what Sage's public documentation
promises; where that is silent, the choice is named in the docstring that makes it.
"""
