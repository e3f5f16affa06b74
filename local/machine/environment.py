import os

from local.machine.workspace import TOOLS

# The local tools must never call a real AWS account, whatever the developer's shell contains.
_OWN_AWS = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN"}
# This variable would make every run of the SAM CLI compile its own code again.
_NO_BYTE_CODE = {"PYTHONDONTWRITEBYTECODE"}
# The options of `make demo` must not reach the `make` that builds a layer.
_MAKES = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
_DUMMY_AWS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def child_environment(**more: str) -> dict[str, str]:
    """Return the environment of a child process.

    It is this process's environment with the checkout's tools first on PATH, dummy AWS credentials, and `more`.
    """
    env = {name: value for name, value in os.environ.items() if name not in _OWN_AWS | _NO_BYTE_CODE | _MAKES}
    env["PATH"] = os.pathsep.join([str(TOOLS), env.get("PATH", os.defpath)])
    return env | _DUMMY_AWS | more
