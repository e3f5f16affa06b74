"""Secrets that were not given as options or environment variables."""

import sys

import click


def prompted(option: str, variable: str, what: str) -> str:
    """Ask the person at the terminal, without an echo. Raise UsageError where there is no terminal."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"Set {variable}, or give {option}.")
    return str(click.prompt(what, hide_input=True, err=True))
