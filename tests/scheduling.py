"""How a parallel run (pytest-xdist) divides the tests among its processes."""

from typing import Any

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it ships no types

STACK, ANOTHER_STACK = "stack", "another stack"
ON_ANOTHER_STACK = ("test_own_authenticator.py", "test_reauth_requests_load.py", "test_refused_deployment.py")
"""The modules of tests/e2e that deploy again, or that ask much of a stack."""


class ByStack(LoadScopeScheduling):  # type: ignore[misc]  # likewise
    """Keep a module in one process, and all modules that use the same stack: to deploy it takes half a minute."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if not module.startswith("tests/e2e/"):
            return module
        return ANOTHER_STACK if module.endswith(ON_ANOTHER_STACK) else STACK

    def _assign_work_unit(self, node: Any) -> None:  # noqa: ANN401 - likewise
        # What takes longest begins first, so that it ends with the others.
        for group in (ANOTHER_STACK, STACK):
            if group in self.workqueue:
                self.workqueue.move_to_end(group, last=False)
        super()._assign_work_unit(node)
