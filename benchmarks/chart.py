"""The cold starts as a bar chart in SVG: init and first answer of each subject, one group for each function."""

from xml.sax.saxutils import escape

from benchmarks.measure import FLOOR, OURS
from benchmarks.results import Figures, Run

WIDTH, LABELS, FIGURES = 860, 190, 190
ROW, BAR, HEADING = 22, 14, 34
COLOURS = {OURS: "#0b5c3f", FLOOR: "#6b7280"}
OTHERS = "#b45309"


def chart(run: Run) -> str:
    """Draw the medians of the cold starts; the light part of a bar is the first answer."""
    floor = [figures for figures in run.figures if figures.name == FLOOR]
    functions = dict.fromkeys(figures.function for figures in run.figures if figures.name != FLOOR)
    scale = (WIDTH - LABELS - FIGURES) / max(figures.cold.median for figures in run.figures)
    parts: list[str] = []
    y = HEADING
    for function in functions:
        parts.append(f'<text x="0" y="{y + 14}" class="heading">{escape(function)}</text>')
        y += ROW
        for figures in [*(f for f in run.figures if f.function == function), *floor]:
            parts.append(_row(figures, y, scale))
            y += ROW
        y += ROW // 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" aria-labelledby="title">',
            f'<title id="title">Cold start in milliseconds, median of {run.cold}: init and first answer</title>',
            "<style>text{font:13px system-ui,sans-serif;fill:#111}.heading{font-weight:600}</style>",
            f'<rect width="{WIDTH}" height="{y}" fill="#fff"/>',
            f'<text x="0" y="16">Cold start, median of {run.cold}: init (dark) and first answer (light), in ms</text>',
            *parts,
            "</svg>\n",
        ]
    )


def _row(figures: Figures, y: int, scale: float) -> str:
    colour = COLOURS.get(figures.name, OTHERS)
    init, first = figures.init.median * scale, figures.first.median * scale
    ratio = f", {figures.cold_to_ours.median:.2f} times ours" if figures.cold_to_ours and figures.name != OURS else ""
    return (
        f'<text x="{LABELS - 8}" y="{y + 12}" text-anchor="end">{escape(figures.name)}</text>'
        f'<rect x="{LABELS}" y="{y}" width="{init:.1f}" height="{BAR}" fill="{colour}"/>'
        f'<rect x="{LABELS + init:.1f}" y="{y}" width="{first:.1f}" height="{BAR}" fill="{colour}" opacity=".5"/>'
        f'<text x="{LABELS + init + first + 6:.1f}" y="{y + 12}">{figures.cold.median:.0f}{ratio}</text>'
    )
