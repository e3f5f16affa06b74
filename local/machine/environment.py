import os

from local.machine.workspace import TOOLS

# A developer's own AWS must never be reached from here, whatever their shell is set up for.
_OWN_AWS = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN"}
# With it, each run of the SAM CLI would compile that anew.
_SLOW = {"PYTHONDONTWRITEBYTECODE"}
# What `make demo` is told is not meant for the makes that build the layers.
_MAKES = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
_DUMMY_AWS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def child_environment(**more: str) -> dict[str, str]:
    """Make an environment for a child: the developer's, with our tools first, no AWS of theirs, and what is given."""
    env = {name: value for name, value in os.environ.items() if name not in _OWN_AWS | _SLOW | _MAKES}
    env["PATH"] = os.pathsep.join([str(TOOLS), env.get("PATH", os.defpath)])
    return env | _DUMMY_AWS | more
