#!/bin/sh
# Fills the two environments from their lock files: .venv builds, checks and tests; .venv-emulator is the local AWS.
# It needs Python 3.13, or uv and the network to fetch Python. It ends at once if nothing has changed.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV

# A proxy's own certificate authority is known to the system, not to uv.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}" PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

is_python_313() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; }

# A shim of pyenv can exist and refuse to run, so the versions of pyenv are tried too.
installed_python() {
    for python in ${PYTHON:-} python3.13 python3 python \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.13*/bin/python3.13; do
        is_python_313 "$python" && "$python" -c 'import sys; print(sys.executable)' && return
    done
    return 1
}

# The installed uv, or uv from the package index in a temporary environment of any Python.
any_uv() {
    command -v uv && return
    python3 -m venv --clear .venv-uv >/dev/null 2>&1 || return
    .venv-uv/bin/python -m pip install -qq --require-hashes -r requirements/uv.txt >&2 || return
    echo .venv-uv/bin/uv
}

fetched_python() {
    say "Python 3.13 is missing: uv fetches it."
    export UV_PYTHON_INSTALL_DIR="$PWD/.venv-python"
    uv=$(any_uv) && "$uv" python install --quiet 3.13 && "$uv" python find --managed-python 3.13
}

make_venv() {
    python=$(installed_python || fetched_python) || die "This needs Python 3.13: install it (from your system's \
packages, python.org, or with 'pyenv install 3.13'), see that python3.13 is on PATH, and run the same command again."
    "$python" -m venv --clear .venv || die "$python cannot make environments: install its venv module (on Debian \
and Ubuntu the package python3.13-venv), and run the same command again."
}

fill() {
    .venv/bin/python -m pip install -qq --require-hashes -r requirements/uv.txt &&
        .venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes requirements/dev.txt &&
        .venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation --editable . &&
        .venv/bin/uv venv -q --clear --python .venv/bin/python .venv-emulator &&
        .venv/bin/uv pip sync -q --python .venv-emulator/bin/python --require-hashes requirements/emulator.txt ||
        die "Could not install the packages that requirements/ lists: the package index must be reachable (behind \
a mirror, set PIP_INDEX_URL and UV_DEFAULT_INDEX). Then run the same command again."
}

stamp=$(cat requirements/*.txt local/bootstrap.sh | cksum)
if [ "$(cat .venv-emulator/filled-from 2>/dev/null)" = "$stamp" ] &&
    is_python_313 .venv/bin/python && is_python_313 .venv-emulator/bin/python; then
    exit
fi
say "Filling .venv and .venv-emulator."
is_python_313 .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
fill
printf '%s\n' "$stamp" >.venv-emulator/filled-from
