"""The common options, which may also stand after the command's name."""

from dataclasses import replace

import click

from cli.output import Output

JSON = "--json"
STACK = ("stack_name", "region", "profile")


def add_to(command: click.Command, *fields: str) -> click.Command:
    """Add --json, and an option for each of these fields of the context, to a command."""
    command.params.append(
        click.Option([JSON], is_flag=True, expose_value=False, callback=_as_json, help="Print JSON instead of text.")
    )
    for field in fields:
        option = click.Option([f"--{field.replace('_', '-')}"], expose_value=False, callback=_set, hidden=True)
        command.params.append(option)
    return command


def _as_json(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        context.obj = replace(context.obj, output=Output(as_json=True))


def _set(context: click.Context, option: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.obj = replace(context.obj, **{str(option.name): value})
