"""The table of the results."""

from collections.abc import Mapping
from pathlib import Path

from tests.soak.audit import Audit

BEGIN, END = "<!-- soak: begin -->", "<!-- soak: end -->"


def table(facts: Mapping[str, object], audit: Audit, faults: Mapping[str, int], retries: Mapping[str, int]) -> str:
    """Return the table in Markdown."""
    rows = [*facts.items()]
    rows += [(f"ended: {end}", times) for end, times in sorted(audit.ends.items())]
    rows += [(f"fault: {fault}", times) for fault, times in sorted(faults.items())]
    rows += [("faults in all", sum(faults.values()))]
    rows += [(f"customers tried again: {reason}", times) for reason, times in sorted(retries.items())]
    rows += [
        ("outcomes sent again because the result of the first attempt was uncertain", audit.repeated),
        ("**lost**", f"**{len(audit.lost)}**"),
        ("**doubled**", f"**{len(audit.doubled)}**"),
        ("**wrong** (success for a customer who did not succeed)", f"**{len(audit.wrong)}**"),
        ("**stuck** (a customer who could go neither on nor home)", f"**{len(audit.stuck)}**"),
    ]
    return "\n".join(["| result | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in rows)])


def write_between_markers(page: Path, text: str) -> None:
    """Replace the text between the two markers of the page. Raises ValueError if a marker is missing."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
