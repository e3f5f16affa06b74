class Problem(Exception):  # noqa: N818 - it is the developer's problem to put right, not an error of ours
    """Something that the developer can put right: its message is one line that says how."""
