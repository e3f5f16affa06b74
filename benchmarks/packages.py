"""What is measured, packaged: ours by `sam build`, each peer by its own tool, and each peer again with byte-code."""

import compileall
import hashlib
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

from local.machine.environment import child_environment
from local.machine.processes import run_to_end
from local.machine.runtime_emulator import copy_runtime
from local.machine.workspace import CHECKOUT, TOOLS, Workspace
from local.stack.deployment import REGION, build

PEERS = Path(__file__).parent / "peers"
LAYERS = ("DependenciesLayer", "ConnectorLayer")
PLATFORM = "x86_64-manylinux_2_28"
OURS = ("notification", "authrefresh", "completion")


@dataclass(frozen=True)
class Package:
    """A function's code as Lambda unpacks it."""

    name: str
    folder: Path
    layers: tuple[Path, ...]
    runtime: Path
    """What Lambda's managed runtime brings: awslambdaric."""
    handler: str = "app.handler"

    @property
    def size(self) -> int:
        """The bytes of the function and its layers, unpacked: what counts against Lambda's limit of 250 MB."""
        parts = (self.folder, *self.layers)
        return sum(file.stat().st_size for part in parts for file in part.rglob("*") if file.is_file())


@dataclass(frozen=True)
class Packages:
    """Everything that is measured."""

    ours: dict[str, Package]
    """By the function's name."""
    floor: Package
    peers: dict[str, Package]
    """As its own tool packages it, by name."""
    compiled_peers: dict[str, Package]
    """With byte-code."""


def package_all(workspace: Workspace) -> Packages:
    """Build everything, or take what was built of the same sources. Raises LocalError."""
    build(workspace)
    runtime = _runtime(workspace)
    layers = tuple(workspace.build / layer / "python" for layer in LAYERS)
    peers = {name: _peer(workspace, name, runtime) for name in TOOLS_OF_PEERS}
    compiled = {name: _compiled(workspace, package) for name, package in peers.items()}
    floor = compiled.pop("floor")
    del peers["floor"]
    return Packages(
        {name: Package(name, workspace.build / f"{name.title()}Function", layers, runtime) for name in OURS},
        floor,
        peers,
        compiled,
    )


def _runtime(workspace: Workspace) -> Path:
    """Copy what the managed runtime brings out of the development environment, byte-compiled as it is on Lambda."""
    runtime = workspace.directory / "runtime"
    copy_runtime(runtime)
    _compile(runtime)
    return runtime


def _peer(workspace: Workspace, name: str, runtime: Path) -> Package:
    """Package a peer with its own tool."""
    folder = workspace.directory / "peers" / name
    stamp = workspace.directory / "peers" / f"{name}.stamp"
    wanted = _stamp_of(PEERS / name)
    if not (stamp.exists() and stamp.read_text() == wanted and folder.exists()):
        shutil.rmtree(folder, ignore_errors=True)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        TOOLS_OF_PEERS[name](workspace, PEERS / name, folder)
        stamp.write_text(wanted)
    return Package(name, folder, (), runtime, "app.app" if name == "chalice" else "app.handler")


def _stamp_of(source: Path) -> str:
    found = sorted(file for file in source.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    digest = hashlib.sha256()
    for file in [*found, Path(__file__)]:
        digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()


def _with_uv(workspace: Workspace, source: Path, folder: Path) -> None:
    """Package as uv's guide for FastAPI and Mangum on Lambda does."""
    run_to_end(
        f"packaging {source.name}",
        [
            *(TOOLS / "uv", "pip", "install", "--quiet", "--require-hashes", "--no-installer-metadata"),
            *("--no-compile-bytecode", "--python-platform", PLATFORM, "--python", sys.executable),
            *("--link-mode", "copy", "--target", folder, "--requirement", source / "requirements.txt"),
        ],
        log=workspace.log(f"package-{source.name}"),
        env=child_environment(UV_SYSTEM_CERTS="1"),
        cwd=CHECKOUT,
    )
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "requirements.*"))


def _with_sam(workspace: Workspace, source: Path, folder: Path) -> None:
    built = workspace.directory / "peers" / f"{source.name}-sam"
    run_to_end(
        f"packaging {source.name}",
        [TOOLS / "sam", "build", "--template-file", source / "template.yaml", "--build-dir", built],
        log=workspace.log(f"package-{source.name}"),
        env=child_environment(SAM_CLI_TELEMETRY="0", AWS_DEFAULT_REGION=REGION),
        cwd=CHECKOUT,
    )
    shutil.move(built / "Peer", folder)


def _with_chalice(workspace: Workspace, source: Path, folder: Path) -> None:
    """Run `chalice package` in an environment that has the application's packages, as it wants them."""
    environment, project = workspace.directory / "chalice-environment", workspace.directory / "chalice-project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(source, project, ignore=shutil.ignore_patterns("__pycache__"))
    python = environment / "bin" / "python"
    commands: dict[str, list[str | Path]] = {
        "environment": [TOOLS / "uv", "venv", "--quiet", "--clear", "--python", sys.executable, environment],
        "packages": [
            *(TOOLS / "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", python),
            source / "requirements.txt",
        ],
        "package": [environment / "bin" / "chalice", "package", "--stage", "live", "out"],
    }
    for what, command in commands.items():
        run_to_end(
            f"packaging {source.name} ({what})",
            command,
            log=workspace.log(f"package-{source.name}"),
            env=child_environment(UV_SYSTEM_CERTS="1", AWS_DEFAULT_REGION=REGION),
            cwd=project,
        )
    with zipfile.ZipFile(project / "out" / "deployment.zip") as archive:
        archive.extractall(folder)


TOOLS_OF_PEERS: dict[str, Callable[[Workspace, Path, Path], None]] = {
    "floor": _with_uv,
    "fastapi": _with_uv,
    "powertools": _with_sam,
    "chalice": _with_chalice,
}


def _compiled(workspace: Workspace, package: Package) -> Package:
    """Copy a package and add byte-code to the copy."""
    folder = workspace.directory / "compiled" / package.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(package.folder, folder)
    _compile(folder)
    return Package(package.name, folder, package.layers, package.runtime, package.handler)


def _compile(folder: Path) -> None:
    compileall.compile_dir(folder, quiet=2, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
