from pathlib import Path

import pytest

from local.machine.errors import LocalError
from local.machine.ports import free_port
from local.machine.workspace import Workspace
from local.stack.bring_up import bring_up


def test_a_deployment_that_is_refused_is_a_problem_that_says_why(built: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.build.symlink_to(built.build)
    with (
        pytest.raises(LocalError, match=r"^sam deploy failed: Brand: BrandColour #ffff00 has a contrast of "),
        bring_up(workspace, free_port(), BrandColour="#ffff00"),
    ):
        pytest.fail("it was deployed")
