"""Sage's side of the wire: tokens out and in, the Provider API, and the messages."""
