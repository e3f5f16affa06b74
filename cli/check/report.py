"""The report of findings, and the exit status that follows from them."""

from collections.abc import Sequence
from dataclasses import asdict

from cli.check.findings import Finding, Result
from cli.output import Output, table

MARKS = {Result.RIGHT: "ok", Result.WRONG: "WRONG", Result.UNTESTED: "-"}


def report(output: Output, findings: Sequence[Finding]) -> None:
    """Print the findings. Raise SystemExit with status 1 if a requirement is broken."""
    wrong = sum(finding.result is Result.WRONG for finding in findings)
    described = {"wrong": wrong, "findings": [asdict(finding) for finding in findings]}
    output.show(described, _as_text(findings, wrong))
    if wrong:
        raise SystemExit(1)


def _as_text(findings: Sequence[Finding], wrong: int) -> str:
    rows = [(MARKS[finding.result], finding.area, finding.requirement, finding.detail) for finding in findings]
    right = sum(finding.result is Result.RIGHT for finding in findings)
    untested = len(findings) - right - wrong
    lines = table(("", "area", "requirement", "finding"), rows)
    return f"{lines}\n\n{right} right, {wrong} wrong, {untested} not tested."
