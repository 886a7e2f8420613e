"""The result of a check as text for people and as JSON for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mebench.datasets.checking.run_checks import CheckResult
from mebench.diagnostics import formatting
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

MAX_ROWS = 3
"""Most rows that the text names for each repair; the JSON output has all of them."""


def as_text(checkup: CheckResult) -> str:
    """Return contents, counts, repairs, findings and verdict as text."""
    lines: list[str] = []
    for grid in (_contents(checkup), _counts(checkup), _repairs(checkup)):
        if grid.rows:
            lines += [*grid.as_text(""), ""]
    findings = formatting.as_text(checkup.findings.kept, checkup.findings.omitted)
    return "\n".join([*lines, *([findings] if findings else []), _verdict(checkup)]) + "\n"


def as_dict(checkup: CheckResult) -> dict[str, Any]:
    """Return the whole result as plain data."""
    findings, deep = checkup.findings, checkup.deep
    severities = [finding.severity for finding in findings.kept]
    return {
        "dataset": checkup.dataset,
        "verdict": checkup.verdict,
        "exit_status": checkup.exit_status,
        "found": None if checkup.found is None else asdict(checkup.found),
        "protocols": checkup.compared,
        "counts": [
            {name.removeprefix("is_"): value for name, value in asdict(count).items()}
            for count in checkup.counts
        ],
        "repairs": [
            {
                "repair": applied.repair.id,
                "done": applied.repair.done,
                "rows": len(applied.samples),
                "off": applied.off,
                "samples": list(applied.samples),
            }
            for applied in checkup.repairs
        ],
        "deep": None
        if deep is None
        else {
            "frames": deep.frames,
            "frozen": deep.frozen,
            "doubled": [
                [[video.subject, video.id] for video in group] for group in deep.duplicates
            ],
        },
        "errors": findings.error_count,
        "warnings": severities.count("warning"),
        "notes": severities.count("note"),
        "findings": [finding.as_dict() for finding in findings.kept],
        "omitted": findings.omitted,
    }


def _repairs(checkup: CheckResult) -> Grid:
    """Return the repairs that apply to rows of the copy."""
    grid = Grid(["repair", "rows", "done", "which"], "lrll")
    for applied in checkup.repairs:
        more = ", …" if applied.samples[MAX_ROWS:] else ""
        named = ", ".join(applied.samples[:MAX_ROWS]) + more
        done = "no: disabled" if applied.off else applied.repair.done
        grid.rows.append([applied.repair.id, str(len(applied.samples)), done, named])
    return grid


def _contents(checkup: CheckResult) -> Grid:
    grid, found, deep = Grid(["", ""], "ll"), checkup.found, checkup.deep
    if found is None:
        return grid
    if found.folder is not None:
        grid.rows.append(["folder", found.folder])
    grid.rows += [["sheet", sheet] for sheet in found.sheets]
    grid.rows += [
        ["subjects", str(found.subjects)],
        ["videos", f"{found.videos}, {found.videos_with_frames} with frames"],
        ["expressions", kinds_as_text(found.expressions)],
    ]
    if found.samples:
        grid.rows.append(["samples", str(found.samples)])
    grid.rows.append(["frames", str(found.frames)])
    if deep is not None:
        grid.rows.append(["decoded", f"{pluralize(deep.frames, 'frame')}, {deep.frozen} frozen"])
    return grid


def kinds_as_text(expressions: dict[str, int]) -> str:
    """Return the number of expressions per kind: ``52 micro, 16 macro``."""
    return ", ".join(f"{number} {kind}".strip() for kind, number in expressions.items()) or "0"


def _counts(checkup: CheckResult) -> Grid:
    grid = Grid(["expected by", "counted", "expected", "found", "verdict"], "llrrl")
    for count in checkup.counts:
        counted = f"class {count.counted}" if count.is_class else count.counted
        numbers = [str(count.expected), str(count.found)]
        grid.rows.append([count.protocol or "the data set", counted, *numbers, count.verdict])
    return grid


def _verdict(checkup: CheckResult) -> str:
    number, found = checkup.findings.error_count, checkup.found
    errors = f"{number or 'no'} error{'s' * (number != 1)}"
    if found is None:
        return f"{checkup.dataset}: {errors}; the copy could not be opened."
    return formatting.escape_unprintable(
        f"{checkup.dataset}: {errors}; {pluralize(found.subjects, 'subject')}, "
        f"{pluralize(found.videos, 'video')}, "
        f"{pluralize(sum(found.expressions.values()), 'expression')}; counts compared with "
        f"{', '.join(checkup.compared) or 'no protocol'}."
    )
