import pytest

from local.machine.errors import LocalError
from local.machine.exclusive import exclusive_use
from local.machine.workspace import Workspace


def test_a_second_stack_in_the_same_place_is_a_problem_that_says_what_to_do(workspace: Workspace) -> None:
    with (
        exclusive_use(workspace),
        pytest.raises(LocalError, match=r"process \d+\): stop it with Ctrl-C first"),
        exclusive_use(workspace),
    ):
        pytest.fail("two at once")


def test_the_place_is_free_again_afterwards(workspace: Workspace) -> None:
    with exclusive_use(workspace):
        pass
    with exclusive_use(workspace):
        assert workspace.directory.exists()
