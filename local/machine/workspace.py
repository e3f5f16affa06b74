"""Where things are: the checkout, its environments, and a running stack's own files."""

from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
TOOLS = CHECKOUT / ".venv" / "bin"
EMULATOR_PYTHON = CHECKOUT / ".venv-emulator" / "bin" / "python"


@dataclass(frozen=True)
class Workspace:
    """One running stack's directory. Two stacks run side by side in two of them."""

    directory: Path

    @property
    def build(self) -> Path:
        """What `sam build` made; kept, so that the next build is quicker."""
        return self.directory / "build"

    @property
    def stack_json(self) -> Path:
        """Every URL and output of the stack that is running here."""
        return self.directory / "stack.json"

    @property
    def simulator_json(self) -> Path:
        """What the simulator says of itself once it answers."""
        return self.directory / "simulator.json"

    def log(self, name: str) -> Path:
        """Everything that one process printed."""
        return self.directory / f"{name}.log"


DEFAULT_WORKSPACE = Workspace(CHECKOUT / ".local")
