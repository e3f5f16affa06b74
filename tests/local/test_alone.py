import pytest

from local.alone import alone_in
from local.place import Place
from local.problem import Problem


def test_a_second_stack_in_the_same_place_is_a_problem_that_says_what_to_do(place: Place) -> None:
    with alone_in(place), pytest.raises(Problem, match=r"process \d+\): stop it with Ctrl-C first"), alone_in(place):
        pytest.fail("two at once")


def test_the_place_is_free_again_afterwards(place: Place) -> None:
    with alone_in(place):
        pass
    with alone_in(place):
        assert place.directory.exists()
