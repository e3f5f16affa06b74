"""The paths of the checkout, of its environments, and of the files of one local stack."""

from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
TOOLS = CHECKOUT / ".venv" / "bin"
EMULATOR_PYTHON = CHECKOUT / ".venv-emulator" / "bin" / "python"


@dataclass(frozen=True)
class Workspace:
    """The directory of one local stack. Two stacks can run at the same time in two workspaces."""

    directory: Path

    @property
    def build(self) -> Path:
        """The output of `sam build`, which remains, so that the next build is faster."""
        return self.directory / "build"

    @property
    def stack_json(self) -> Path:
        """The file with every URL and output of the running stack."""
        return self.directory / "stack.json"

    @property
    def simulator_json(self) -> Path:
        """The file with the simulator's URLs and secrets."""
        return self.directory / "simulator.json"

    def log(self, name: str) -> Path:
        """Return the path of the file with the output of one process."""
        return self.directory / f"{name}.log"


DEFAULT_WORKSPACE = Workspace(CHECKOUT / ".local")
