from dataclasses import dataclass
from functools import cached_property

from cli.output import Output
from cli.stack import Stack, find_stack


@dataclass(frozen=True)
class Context:
    """The options that stand before the command's name. The stack is found at its first use."""

    output: Output
    stack_name: str | None
    region: str | None
    profile: str | None

    @cached_property
    def stack(self) -> Stack:
        """The deployed stack. Raise StackUnavailableError."""
        return find_stack(self.stack_name, self.region, self.profile)
