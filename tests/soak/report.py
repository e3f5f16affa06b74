"""The table that a soak leaves behind."""

from collections.abc import Mapping
from pathlib import Path

from tests.soak.audit import Audit

BEGIN, END = "<!-- soak: begin -->", "<!-- soak: end -->"


def table(facts: Mapping[str, object], audit: Audit, faults: Mapping[str, int], setbacks: Mapping[str, int]) -> str:
    """Write it in Markdown."""
    rows = [*facts.items()]
    rows += [(f"ended: {end}", times) for end, times in sorted(audit.ends.items())]
    rows += [(f"fault: {fault}", times) for fault, times in sorted(faults.items())]
    rows += [("faults in all", sum(faults.values()))]
    rows += [(f"customers tried again: {setback}", times) for setback, times in sorted(setbacks.items())]
    rows += [
        ("outcomes sent again because the first attempt was in doubt", audit.repeated),
        ("**lost**", f"**{len(audit.lost)}**"),
        ("**doubled**", f"**{len(audit.doubled)}**"),
        ("**wrong** (success for a customer who did not succeed)", f"**{len(audit.wrong)}**"),
    ]
    return "\n".join(["| what | |", "|---|---:|", *(f"| {what} | {value} |" for what, value in rows)])


def write_between_markers(page: Path, text: str) -> None:
    """Replace what the last soak left on the page. Raises ValueError if the page has no place for it."""
    before, begin, cool_down = page.read_text().partition(BEGIN)
    _, end, after = cool_down.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
