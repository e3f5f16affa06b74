"""`python -m local.invoke FUNCTION`, for `make invoke FUNCTION=…`: run one function with a live event."""

import argparse
import os
import sys

import click
import requests

from cli.stack import find_stack
from local.invoke.deployed import FUNCTIONS
from local.invoke.in_docker import has_docker
from local.invoke.invoke import RUNTIMES, Target, invoke
from local.machine.errors import LocalError
from local.machine.workspace import DEFAULT_WORKSPACE
from local.stack.deployment import build


def main() -> int:
    """Invoke the function; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="make invoke", description=__doc__, usage=f"make invoke FUNCTION={'|'.join(FUNCTIONS)}"
    )
    parser.add_argument("function", choices=FUNCTIONS)
    parser.add_argument("--stack-name", help="a stack on AWS (default: the stack of `make local`)")
    parser.add_argument("--region", help="the AWS region of that stack")
    parser.add_argument("--runtime", choices=RUNTIMES, help="default: Docker, if it runs")
    parser.add_argument("--account", help="reauth_request: Sage's bankAccountId (default: a new simulated account)")
    parser.add_argument("--bank", help="reauth_request: Sage's bankId")
    arguments = parser.parse_args()
    account = (arguments.account, arguments.bank) if arguments.account and arguments.bank else None
    try:
        stack = find_stack(arguments.stack_name, arguments.region, None)
        name = arguments.stack_name or stack.output("StackName")
        build(DEFAULT_WORKSPACE)
        target = Target(stack, name, DEFAULT_WORKSPACE, os.environ.get("CONNECTOR_TOKEN"), account)
        invoke(target, arguments.function, arguments.runtime or ("docker" if has_docker() else "emulator"))
    except (LocalError, click.ClickException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except requests.RequestException as error:
        sys.stderr.write(f"The stack did not answer ({type(error).__name__}): is `make local` running?\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
