"""What the page shows, as plain values for its template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from mebench.diagnostics.escaping import escape_unprintable
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.signature import parse_signature
from mebench.metrics.registry import METRICS_BY_ID, headline_metric
from mebench.models.comparison import Comparison
from mebench.models.diagnosis import Diagnosis
from mebench.models.report import Report
from mebench.report.compared import comparison_table
from mebench.report.page_tables import (
    cause_table,
    class_table,
    confusion_pairs,
    confusion_table,
    interval_bar,
    interval_text,
    metric_tables,
    part_table,
    wrong_samples,
)
from mebench.tables.grid import shorten
from mebench.tables.report_grids import format_number, undefined_reason
from mebench.util.html_page import fill_template, json_for_html, make_visible
from mebench.util.text import pluralize

PAGE = Path(__file__).parent / "page"

SCRIPTS = ("tables.js", "drawing.js", "timeline.js", "videos.js")
"""The scripts of the page, in the order in which they need each other."""

MAX_NAME_LENGTH = 120
"""Longer names are cut where they are shown; the saved report has the complete name."""

MAX_TEXT_LENGTH = 2000
"""The same for descriptions and messages."""

MAX_CLASSES = 60
"""A larger confusion matrix is not shown."""

HEADLINE = ("strs", "spotting_f1", "analysis_f1", "ap", "uf1", "uar", "accuracy")
MAX_TILES = 4

OUTCOMES = {
    "hit": "hit",
    "wrong emotion": "hit, wrong emotion",
    "localization": "localization",
    "duplicate": "duplicate",
    "wrong kind": "wrong kind",
    "blink": "on a blink",
    "background": "background",
    "below threshold": "below the threshold",
    "missed": "missed",
    "candidate": "other candidates",
}
"""The outcomes in the order of the legend, with their names there."""

EXPLANATIONS = {
    "hit": "A prediction and a truth with IoU ≥ 0.5.",
    "wrong emotion": "A hit with the emotion of another class.",
    "localization": "0.1 ≤ IoU < 0.5: too early, too late, too short or too long.",
    "duplicate": "The expression has another prediction already.",
    "wrong kind": "Micro instead of macro, or macro instead of micro.",
    "blink": "At least half of its frames are in an annotated eye blink.",
    "background": "A prediction where nothing is annotated.",
    "below threshold": "Missed; a candidate below the score threshold would be a hit.",
    "missed": "A true expression that nothing explains.",
    "candidate": "Candidates below the score threshold that would be no hits.",
}


@dataclass(frozen=True, slots=True)
class SystemPart:
    """Everything that the page needs of one system."""

    result: EvaluationResult
    report: Report
    diagnosis: Diagnosis

    @property
    def file(self) -> str:
        """The name of the prediction file."""
        return self.report.inputs[0].file or "predictions.json"

    @property
    def name(self) -> str:
        """The name of the system; without one, that of the file."""
        return self.report.system.name if self.report.system else self.file


@dataclass(frozen=True, slots=True)
class Content:
    """The content of the page beside the systems: plain data of the timelines, and notes."""

    timelines: dict[str, Any] | None
    comparison: Comparison | None
    notes: list[str]


def render_page(systems: list[SystemPart], content: Content) -> str:
    """Return the page."""
    first, comparison = systems[0], content.comparison
    style, *scripts = (
        (PAGE / name).read_text(encoding="utf-8") for name in ("style.css", *SCRIPTS)
    )
    letters = "AB"[: len(systems)]
    data = {
        "timelines": content.timelines,
        "systems": [{"letter": letter, "name": one.name} for letter, one in _lettered(systems)],
        "outcomes": OUTCOMES,
        "spots": first.result.protocol.spots,
    }
    return fill_template(
        PAGE / "page.html",
        {"shown": display_text, "line": one_line, "slug": _slug},
        {
            "title": " and ".join(one.name for one in systems),
            "report": first.report,
            "systems": [_system(letter, one) for letter, one in _lettered(systems)],
            "letters": letters,
            "conclusion": comparison.conclusion if comparison else None,
            "comparison": comparison_table(comparison) if comparison else None,
            "notes": content.notes,
            "legend": _legend(content.timelines) if content.timelines else [],
            "style": style,
            "script": "\n".join(scripts),
            "data": json_for_html(make_visible(data)),
            "saved": json_for_html([one.report.to_json() for one in systems]),
        },
    )


def _lettered(systems: list[SystemPart]) -> list[tuple[str, SystemPart]]:
    return list(zip("AB", systems, strict=False))


def display_text(text: object) -> str:
    """Return an untrusted name as the page shows it: on one line and shortened."""
    return shorten(one_line(text), MAX_NAME_LENGTH)


def one_line(text: object) -> str:
    """Return an untrusted text on one line, without invisible characters."""
    return shorten(escape_unprintable(" ".join(str(text).split())), MAX_TEXT_LENGTH)


def _slug(outcome: str) -> str:
    """Return the name of an outcome as the name of a style class."""
    return "o-" + outcome.replace(" ", "-")


def _system(letter: str, system: SystemPart) -> dict[str, Any]:
    report, diagnosis = system.report, system.diagnosis
    analysis = report.counts.analysis
    spots = system.result.protocol.spots
    over = "over the spotted expressions" if spots else "over all samples"
    parts = [
        part_table(by, rows, diagnosis) for by, rows in diagnosis.parts.items() if by != "subject"
    ]
    small = analysis is not None and len(analysis.confusion.classes) <= MAX_CLASSES
    return {
        "letter": letter,
        "name": system.name,
        "file": system.file,
        "signature": report.signature.split("|"),
        "facts": _facts(system),
        "command": _verify_command(letter, system),
        "saved_as": report_name(letter),
        "tiles": _tiles(report),
        "metrics": list(metric_tables(report)),
        "causes": cause_table(diagnosis),
        "lost": _lost(diagnosis),
        "confusions": confusion_pairs(diagnosis) if diagnosis.confusions else None,
        "subjects": part_table("subject", diagnosis.parts.get("subject", []), diagnosis),
        "parts": parts,
        "classes": class_table(report.classes, f"Recognition by class, {over}")
        if report.classes
        else None,
        "matrix": confusion_table(
            analysis.confusion, f"Confusion matrix {over}; the color is the share of the true class"
        )
        if analysis is not None and small
        else None,
        "samples": None if spots or not diagnosis.errors else wrong_samples(diagnosis.errors),
        "findings": report.findings,
    }


def _facts(system: SystemPart) -> list[tuple[str, str]]:
    """Return what is known about the system and its score."""
    report, units = system.report, system.report.units
    about = report.system
    effective = units.effective_subjects
    counts = [
        pluralize(units.subjects, "subject")
        + (f" (effectively {effective:.1f})" if effective is not None else ""),
        pluralize(units.videos, "video" if report.task != "recognize" else "sample"),
        pluralize(units.truths, "expression"),
        pluralize(units.predictions, "prediction"),
    ]
    if report.task == "recognize":
        del counts[2]
    facts = {
        "scored": ", ".join(counts),
        "version": about and about.version,
        "authors": about and ", ".join(about.authors),
        "model selection": report.model_selection,
        "cross-validation": report.folds.text,
        "paper": about and about.paper,
        "code": about and about.code,
        "website": about and about.url,
        "hardware": about and about.hardware,
        "files": ", ".join(f"{one.role}: {one.file or 'in memory'}" for one in report.inputs),
        "without predictions": ", ".join(units.videos_without_predictions[:20])
        + (" …" if len(units.videos_without_predictions) > 20 else ""),
    }
    return [(name, text) for name, text in facts.items() if text]


def _verify_command(letter: str, system: SystemPart) -> str:
    """Return the command that scores the files again and compares everything."""
    report = system.report
    truth = report.inputs[1].file
    parts = ["mebench verify", report_name(letter), "--predictions", quote(system.file)]
    if truth is not None and truth != report.inputs[0].file:
        parts += ["--truth", quote(truth)]
    if "rules" in parse_signature(report.signature):
        parts += ["--protocol", "PROTOCOL.toml"]
    return escape_unprintable(" ".join(parts))


def report_name(letter: str) -> str:
    """Return the name under which the page saves a report."""
    return f"report-{letter}.json"


def _tiles(report: Report) -> list[dict[str, Any]]:
    """Return the most important metrics, the one that ranks systems first."""
    first = headline_metric(report.metrics).id
    names = [first, *(name for name in HEADLINE if name in report.metrics and name != first)]
    tiles = []
    for name in names[:MAX_TILES]:
        metric, value = METRICS_BY_ID[name], report.metrics[name]
        interval = interval_text(name, value) or undefined_reason(report.metrics, name)
        section = metric.section if metric.section != "Overall" else ""
        tiles.append(
            {
                "title": metric.title,
                "section": section,
                "value": format_number(name, value) or "–",
                "interval": interval,
                "bar": interval_bar(report.metrics, metric),
            }
        )
    return tiles


def _lost(diagnosis: Diagnosis) -> dict[str, float] | None:
    """Return STRS and what spotting and recognition lose of it."""
    lost = diagnosis.lost_strs
    value = diagnosis.metrics["strs"].value if "strs" in diagnosis.metrics else None
    if lost is None or value is None:
        return None
    return {"strs": value, "spotting": lost.spotting, "recognition": lost.recognition}


def _legend(timelines: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the outcomes that occur, with their numbers, per system."""
    counts = timelines["outcomes"]
    # Of a pair of a truth and a prediction one is counted.
    side = {"hit": 0, "wrong emotion": 0, "missed": 0}
    return [
        {
            "id": outcome,
            "title": title,
            "text": EXPLANATIONS[outcome],
            "counts": [
                of_system.get(outcome, [0, 0])[side.get(outcome, 1)] for of_system in counts
            ],
        }
        for outcome, title in OUTCOMES.items()
        if any(outcome in of_system for of_system in counts)
    ]
