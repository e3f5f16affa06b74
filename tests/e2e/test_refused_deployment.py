from pathlib import Path

import pytest

from local.bring_up import bring_up
from local.place import Place
from local.ports import free_port
from local.problem import Problem


def test_a_deployment_that_is_refused_is_a_problem_that_says_why(built: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.build.symlink_to(built.build)
    with (
        pytest.raises(Problem, match=r"^sam deploy failed: Brand: BrandColour #ffff00 has a contrast of "),
        bring_up(place, free_port(), BrandColour="#ffff00"),
    ):
        pytest.fail("it was deployed")
