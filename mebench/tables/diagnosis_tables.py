"""A diagnosis as text, JSON, Markdown, LaTeX and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from mebench.diagnostics.escaping import escape_unprintable, markdown_code
from mebench.models.diagnosis import CauseName, DiagnosedPart, Diagnosis, Error
from mebench.models.report import MetricMap
from mebench.tables.grid import Grid, shorten
from mebench.tables.report_grids import format_number, short_title, undefined_reason
from mebench.util.atomic_write import to_json_text
from mebench.util.text import pluralize

DiagnosisFormat = Literal["table", "json", "markdown", "csv", "latex"]
PartKey = Literal["subject", "kind", "class", "duration"]

CAUSES: tuple[CauseName, ...] = get_args(CauseName)
COUNTS = ("false_positives", "misses", "wrong_emotions")

MAX_CONFUSIONS = 10
"""How many confused classes the text shows; JSON has all."""


def render_diagnosis(
    diagnosis: Diagnosis,
    layout: DiagnosisFormat = "table",
    *,
    by: PartKey | None = None,
    errors: bool = False,
    bold: bool = False,
    width: int | None = None,
) -> str:
    """Return a diagnosis as text.

    ``by`` shows the errors of each part, ``errors`` lists every error. In Markdown, LaTeX and CSV
    they replace the causes. ``bold`` and ``width`` are for terminals.
    """
    if layout == "json":
        return to_json_text(diagnosis.to_json())
    if layout == "table":
        return _as_text(diagnosis, by, errors, bold, width)
    exact = layout == "csv"
    if errors:
        grid = error_grid(diagnosis.errors, exact=exact)
    elif by is not None:
        grid = part_grid(by, diagnosis.parts.get(by, []), exact=exact)
    else:
        grid = cause_grid(diagnosis, exact=exact)
    if layout == "csv":
        rows = [[*row, diagnosis.signature] for row in grid.rows]
        return Grid([*grid.header, "signature"], grid.align + "l", rows).as_csv()
    if layout == "latex":
        return f"% {escape_unprintable(diagnosis.signature)}\n{grid.as_latex()}\n"
    return f"{grid.as_markdown()}\n\n{markdown_code(diagnosis.signature)}\n"


def _as_text(
    diagnosis: Diagnosis, by: PartKey | None, errors: bool, bold: bool, width: int | None
) -> str:
    def title(text: str) -> str:
        text = escape_unprintable(text)
        return f"\033[1m{text}\033[0m" if bold else text

    lines = [title(f"{diagnosis.protocol_title}  ({diagnosis.protocol})")]
    if diagnosis.system:
        lines.append(shorten(escape_unprintable(diagnosis.system.name), 70))
    lines += [*_count_lines(diagnosis), ""]
    for section, grid in _sections(diagnosis, by, errors):
        lines += [title(section), *grid.as_text(width=width, hint="--format csv"), ""]
    lines += [*map(escape_unprintable, _last_lines(diagnosis)), "", diagnosis.signature]
    return "\n".join(lines) + "\n"


def _count_lines(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.task == "recognize":
        yield pluralize(diagnosis.truths, "sample")
        return
    wrong, missed = (
        diagnosis.predictions - diagnosis.hits,
        diagnosis.truths - diagnosis.hits,
    )
    counts = f"{pluralize(diagnosis.hits, 'hit')}, {pluralize(wrong, 'false positive')}, "
    counts += pluralize(missed, "miss", "misses")
    below = diagnosis.candidates
    candidates = f" ({below} more are below the threshold)" if below else ""
    yield (
        f"{pluralize(diagnosis.truths, 'expression')}, "
        f"{pluralize(diagnosis.predictions, 'prediction')}{candidates}: {counts}"
    )
    names = {"micro": "micro-expression", "macro": "macro-expression", "blink": "eye blink"}
    found = [pluralize(number, names[name]) for name, number in diagnosis.context.items()]
    yield f"Annotated and not scored: {', '.join(found) or 'no other expression, no eye blink'}"


def _sections(diagnosis: Diagnosis, by: PartKey | None, errors: bool) -> Iterator[tuple[str, Grid]]:
    yield "The scores if one cause alone were corrected", cause_grid(diagnosis)
    if diagnosis.confusions:
        shown = diagnosis.confusions[:MAX_CONFUSIONS]
        more = len(diagnosis.confusions) - len(shown)
        names = [name for name in diagnosis.metrics if name not in ("spotting_f1", "ap")]
        titles = [short_title(name) for name in names]
        grid = Grid(["truth", "predicted", "number", *titles], "llr" + "r" * len(names))
        for confused in shown:
            cells = _cells(names, confused.corrected, exact=False)
            number = str(confused.count)
            grid.rows.append([confused.truth, confused.predicted, number, *cells])
        rest = f", the {len(shown)} most frequent; --format json has {more} more" if more else ""
        yield f"Confused emotions{rest}", grid
    if by is not None:
        yield f"By {by}", part_grid(by, diagnosis.parts.get(by, []))
    if errors:
        yield "Errors", error_grid(diagnosis.errors)


def _last_lines(diagnosis: Diagnosis) -> Iterator[str]:
    lost = diagnosis.lost_strs
    value = diagnosis.metrics["strs"].value if "strs" in diagnosis.metrics else None
    if lost is not None and value is not None:
        yield (
            f"STRS {value:.4f} is {1 - value:.4f} below 1: {lost.spotting:.4f} lost by spotting, "
            f"{lost.recognition:.4f} by recognition."
        )
    absent = [
        cause.cause
        for cause in diagnosis.causes
        if cause.direction is None and not _number_of_errors(cause)
    ]
    if absent:
        yield f"No errors: {', '.join(absent)}."
    for metric, found in diagnosis.metrics.items():
        if found.value is None:
            reason = undefined_reason(diagnosis.metrics, metric)
            yield f"{short_title(metric)} has no value: {reason}."
    for finding in diagnosis.findings:
        yield f"{finding.severity} [{finding.code}] {finding.message}"


def _number_of_errors(row: object) -> int:
    return sum(getattr(row, name) for name in COUNTS)


def _cells(names: Sequence[str], values: MetricMap, exact: bool) -> list[str | None]:
    return [format_number(name, values.get(name), exact=exact) for name in names]


def cause_grid(diagnosis: Diagnosis, *, exact: bool = False) -> Grid:
    """Return the causes with what the metrics would be if one alone were corrected.

    The first row has the metrics as scored. Causes without an error are left out. ``exact`` is for
    programs: all causes, metric ids and full precision.
    """
    metrics = list(diagnosis.metrics)
    recognizes = diagnosis.task == "recognize"
    counted = COUNTS[2:] if recognizes else COUNTS[:2] if "strs" not in metrics else COUNTS
    titles = metrics if exact else [short_title(name) for name in metrics]
    heads = counted if exact else [name.replace("_", " ") for name in counted]
    leading = ["cause", "direction"] if exact else [""]
    grid = Grid(
        [*leading, *heads, *titles],
        "l" * len(leading) + "r" * len([*heads, *titles]),
    )

    def add(
        name: str, direction: str | None, counts: Sequence[int | None], values: MetricMap
    ) -> None:
        numbers = [None if count is None else str(count) for count in counts]
        first = [name, direction] if exact else [f"– {direction}" if direction else name]
        grid.rows.append([*first, *numbers, *_cells(metrics, values, exact)])

    add("as scored", None, [None] * len(counted), diagnosis.metrics)
    for cause in diagnosis.causes:
        if exact or _number_of_errors(cause):
            counts = [getattr(cause, name) for name in counted]
            add(cause.cause, cause.direction, counts, cause.corrected)
    sums = [
        sum(getattr(cause, name) for cause in diagnosis.causes if cause.direction is None)
        for name in counted
    ]
    add("all", None, sums, diagnosis.all_corrected)
    oracles = {
        "perfect spotting": diagnosis.perfect_spotting,
        "perfect recognition": None if recognizes else diagnosis.perfect_recognition,
    }
    for name, values in oracles.items():
        if values is not None:
            add(name, None, [None] * len(counted), values)
    return grid


def part_grid(by: PartKey, parts: Sequence[DiagnosedPart], *, exact: bool = False) -> Grid:
    """Return the errors of each part; ``exact`` is for programs: one column per cause."""
    if exact:
        causes = CAUSES[:7]
        header = [by, "truths", "hits", *(f"miss: {cause}" for cause in causes), "predictions"]
        header += [*(f"false positive: {cause}" for cause in causes), "analyzed", "wrong_emotions"]
        grid = Grid(header, "l" + "r" * (len(header) - 1))
        for part in parts:
            missed, wrong = (
                [str(counts.get(cause, 0)) for cause in causes]
                for counts in (part.misses, part.false_positives)
            )
            first = [part.name, str(part.truths), str(part.hits)]
            last = [str(part.analyzed), str(part.wrong_emotions)]
            grid.rows.append([*first, *missed, str(part.predictions), *wrong, *last])
        return grid
    header = [by, "truths", "hits", "misses", "false positives", "wrong emotions"]
    grid = Grid(header, "lrrllr")
    for part in parts:
        wrong_emotions = f"{part.wrong_emotions}/{part.analyzed}" if part.analyzed else None
        texts = [_counts_text(part.misses), _counts_text(part.false_positives)]
        row = [part.name, str(part.truths), str(part.hits), *texts, wrong_emotions]
        grid.rows.append(row)
    return grid


def _counts_text(counts: dict[CauseName, int]) -> str | None:
    ordered = [f"{cause} {counts[cause]}" for cause in CAUSES if counts.get(cause)]
    return ", ".join(ordered) or None


def error_grid(errors: Sequence[Error], *, exact: bool = False) -> Grid:
    """Return all errors, one per row; ``exact`` is for programs: all fields."""
    names = ["error", "cause", "direction", "dataset", "subject", "video", "kind"]
    numbers = ["onset", "offset", "score", "iou"]
    if exact or any(error.peak is not None for error in errors):
        numbers.insert(3, "peak")
    others = ["other", "other_onset", "other_offset", "emotion", "predicted"]
    if not exact:
        names.remove("dataset")
        others = ["other", "frames", "emotion", "predicted"]
    grid = Grid(
        [*names, *numbers, *others],
        "l" * len(names) + "r" * len(numbers) + ("lrrll" if exact else "lrll"),
        optional=["score", "peak", "kind", "predicted", "emotion", "other", "frames"],
    )
    for error in errors:
        other = error.other
        frames = [None, None] if other is None else [str(other.onset), str(other.offset)]
        shown = frames if exact else [None if other is None else f"{frames[0]}–{frames[1]}"]
        grid.rows.append(
            [
                *(getattr(error, name) for name in names),
                *(_number(getattr(error, name), exact) for name in numbers),
                None if other is None else other.what,
                *shown,
                error.emotion,
                error.predicted,
            ]
        )
    return grid


def _number(value: float | None, exact: bool) -> str | None:
    if value is None:
        return None
    return str(value) if exact or isinstance(value, int) else f"{value:.3f}"
