"""Confirmation: whether the account of a delivered success became authorised again."""
