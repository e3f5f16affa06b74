import pytest

from local.machine.errors import LocalError
from local.machine.exclusive import exclusive_use
from local.machine.workspace import Workspace


def test_a_second_process_in_the_same_workspace_gets_an_error_that_says_how_to_go_on(workspace: Workspace) -> None:
    with (
        exclusive_use(workspace),
        pytest.raises(LocalError, match=r"process \d+\): stop it with Ctrl-C first"),
        exclusive_use(workspace),
    ):
        pytest.fail("two at once")


def test_the_workspace_is_free_after_the_context(workspace: Workspace) -> None:
    with exclusive_use(workspace):
        pass
    with exclusive_use(workspace):
        assert workspace.directory.exists()
