"""The deployed stack, in a directory of its own: `make local` may run beside it.

Two stacks are deployed: one as it comes, and another one, which tests may deploy again with other parameters. The tests
of each stay in one process of a parallel run (tests/scheduling.py).
"""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.machine.ports import free_port
from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack, bring_up
from local.stack.deployment import build
from tests.e2e.operator import Operator


@pytest.fixture(autouse=True)
def _settings_stay(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests run in any order: each leaves the settings of the simulator as they were."""
    used = {"stack", "another_stack"} & set(request.fixturenames)
    controls = [request.getfixturevalue(name).control for name in used]
    before = [control.get("/settings") for control in controls]
    yield
    for control, settings in zip(controls, before, strict=True):
        control.patch("/settings", settings)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Workspace:
    """Functions and layers, built once for all processes of a parallel run."""
    own = tmp_path_factory.getbasetemp()
    shared = Workspace((own if worker_id == "master" else own.parent) / "built")
    shared.directory.mkdir(exist_ok=True)
    done = shared.directory / "done"
    with (shared.directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            build(shared)
            done.touch()
    return shared


def workspace_of(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make a workspace that has what was built, and its own files of a running stack."""
    workspace = Workspace(tmp_path_factory.mktemp("stack"))
    workspace.build.symlink_to(built.build)
    return workspace


@pytest.fixture(scope="session")
def workspace(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_of(built, tmp_path_factory)


@pytest.fixture(scope="session")
def stack(workspace: Workspace) -> Iterator[RunningStack]:
    """Run everything: the local AWS, the simulated Sage and bank, the connector."""
    with bring_up(workspace, free_port()) as running:
        yield running


@pytest.fixture(scope="session")
def another_workspace(built: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return workspace_of(built, tmp_path_factory)


@pytest.fixture(scope="session")
def reauth_requests_per_second() -> int:
    """How many calls a second the other stack may make for the provider's requests."""
    return 40


@pytest.fixture(scope="session")
def another_stack(another_workspace: Workspace, reauth_requests_per_second: int) -> Iterator[RunningStack]:
    """A stack whose authenticator a test may change for good."""
    parameters = {"ReauthRequestsPerSecond": str(reauth_requests_per_second)}
    with bring_up(another_workspace, free_port(), **parameters) as running:
        yield running


@pytest.fixture
def operator(stack: RunningStack, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    (tmp_path / ".local").symlink_to(workspace.directory)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Operator(stack)
