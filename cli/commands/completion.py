"""`connector completion`: the script with which a shell completes commands and options."""

import click
from click.shell_completion import get_completion_class

EPILOG = """\b
Examples
  eval "$(connector completion bash)"        in ~/.bashrc
  eval "$(connector completion zsh)"         in ~/.zshrc
  connector completion fish | source         in ~/.config/fish/config.fish
"""


@click.command(epilog=EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell."""
    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    root = context.find_root()
    click.echo(made(root.command, {}, "connector", "_CONNECTOR_COMPLETE").source())
