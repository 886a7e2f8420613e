"""Write the result of a stress run: numbers, tables, pictures and the page."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from mebench.models.report import MetricValue
from mebench.models.stress import StressLevel, StressResult
from mebench.plots.dose_response import DoseLevel, DosePanel, Response, draw_dose_response
from mebench.plots.scored import Caption
from mebench.stress.summary import (
    LIMITS,
    TABLE_NOTE,
    break_grid,
    heading_lines,
    sentences_of,
    summary_as_markdown,
)
from mebench.tables.grid import NO_VALUE
from mebench.tables.report_grids import short_title
from mebench.tables.stress_tables import stress_csv_grid, stress_grid
from mebench.util.atomic_write import to_json_text, write_text
from mebench.util.html_page import fill_template, make_visible

PICTURES = ("picture.png", "picture.pdf", "picture.svg")
TEMPLATES = Path(__file__).parent / "page"


def write_stress(folder: Path, result: StressResult) -> list[str]:
    """Write all files into a folder; return their names.

    Raises
    ------
    UsageError
        ``cannot-write``, or ``package-missing`` without matplotlib or Jinja2.
    """
    write_text(folder / "results.json", to_json_text(result.to_json()))
    write_text(folder / "table.md", stress_grid(result).as_markdown() + "\n")
    write_text(folder / "table.tex", stress_grid(result).as_latex() + "\n")
    write_text(folder / "table.csv", stress_csv_grid(result).as_csv())
    for name in PICTURES:
        draw_stress(folder / name, result)
    write_text(folder / "summary.md", summary_as_markdown(result))
    write_text(folder / "summary.html", summary_as_html(result, folder / PICTURES[0]))
    return [
        *("summary.html", "summary.md", "table.md", "table.tex", "table.csv", "results.json"),
        *PICTURES,
    ]


def draw_stress(path: Path, result: StressResult) -> None:
    """Draw the scores at every level: one panel per factor."""
    panels = [
        DosePanel(factor.title, factor.unit, [_dose(level, result) for level in factor.levels])
        for factor in result.factors
    ]
    trained = "the standard level" if result.trained_on == "standard" else "each level"
    title = f"{result.baseline}, trained on {trained}, {result.protocol}"
    caption = Caption(title, result.standard.signature or "")
    draw_dose_response(path, panels, list(map(short_title, result.metrics)), caption)


def _dose(level: StressLevel, result: StressResult) -> DoseLevel:
    responses = {}
    for metric in result.metrics if level.metrics is not None else ():
        assert level.metrics is not None
        difference = (level.differences or {}).get(metric)
        differs = difference is not None and difference.verdict in {"lower", "higher"}
        response = _response(level.metrics[metric], differs)
        if response is not None:
            responses[short_title(metric)] = response
    return DoseLevel(level.label, responses, level.is_standard)


def _response(value: MetricValue, differs: bool) -> Response | None:
    if value.value is None:
        return None
    low, high = (None, None) if value.ci95 is None else (value.ci95.low, value.ci95.high)
    return Response(value.value, low, high, differs)


def summary_as_html(result: StressResult, picture: Path) -> str:
    """Return the page as one HTML file that works offline."""
    return fill_template(
        TEMPLATES / "page.html",
        {"shown": lambda text: make_visible(NO_VALUE if text is None else text)},
        {
            "result": result,
            "heading": list(heading_lines(result)),
            "breaks": break_grid(result),
            "table": stress_grid(result),
            "note": TABLE_NOTE,
            "picture": b64encode(picture.read_bytes()).decode(),
            "alt": "Curves of the scores over the levels; the table below has the numbers.",
            "factors": [
                {"title": factor.title, "sentences": sentences_of(factor, result)}
                for factor in result.factors
            ],
            "limits": LIMITS,
            "style": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
        },
    )
