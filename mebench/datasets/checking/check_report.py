"""The result of a check as text for people and as JSON for programs."""

from __future__ import annotations

from typing import Any

from mebench.datasets.checking.run_checks import CheckResult, Inventory
from mebench.datasets.checking.truth_check import ITSELF
from mebench.diagnostics import formatting
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

MAX_ROWS = 3
"""Most rows that the text names for each repair; the JSON output has all of them."""


def as_text(checkup: CheckResult) -> str:
    """Return contents, counts, repairs, findings and verdict as text."""
    lines: list[str] = []
    if checkup.found is not None:
        lines += [*_contents(checkup, checkup.found).as_text(""), ""]
    if checkup.counts:
        lines += [*_counts(checkup).as_text(""), ""]
    if checkup.repairs:
        lines += [*repairs_grid(checkup).as_text(""), ""]
    findings = checkup.findings
    text = formatting.as_text(findings.kept, findings.omitted)
    return "\n".join([*lines, *([text] if text else []), _verdict(checkup)]) + "\n"


def as_dict(checkup: CheckResult) -> dict[str, Any]:
    """Return the whole result as plain data."""
    findings, deep = checkup.findings, checkup.deep
    severities = [finding.severity for finding in findings.kept]
    return {
        "dataset": checkup.dataset,
        "verdict": checkup.verdict,
        "exit_status": checkup.exit_status,
        "found": None if checkup.found is None else checkup.found.as_dict(),
        "protocols": checkup.compared,
        "counts": [count.as_dict() for count in checkup.counts],
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


def repairs_grid(checkup: CheckResult) -> Grid:
    """Return the repairs that apply to rows of the copy."""
    grid = Grid(["repair", "rows", "done", "which"], "lrll")
    for applied in checkup.repairs:
        more = ", …" if applied.samples[MAX_ROWS:] else ""
        grid.rows.append(
            [
                applied.repair.id,
                str(len(applied.samples)),
                "no: disabled" if applied.off else applied.repair.done,
                ", ".join(applied.samples[:MAX_ROWS]) + more,
            ]
        )
    return grid


def _contents(checkup: CheckResult, inventory: Inventory) -> Grid:
    grid = Grid(["", ""], "ll")
    if inventory.folder is not None:
        grid.rows.append(["folder", str(inventory.folder)])
    grid.rows += [["sheet", str(sheet)] for sheet in inventory.sheets]
    grid.rows.append(["subjects", str(inventory.subjects)])
    grid.rows.append(["videos", f"{inventory.videos}, {inventory.with_frames} with frames"])
    kinds = (f"{number} {kind}".strip() for kind, number in inventory.expressions.items())
    grid.rows.append(["expressions", ", ".join(kinds) or "0"])
    if inventory.samples:
        grid.rows.append(["samples", str(inventory.samples)])
    grid.rows.append(["frames", str(inventory.frames)])
    if checkup.deep is not None:
        deep = checkup.deep
        grid.rows.append(["decoded", f"{pluralize(deep.frames, 'frame')}, {deep.frozen} frozen"])
    return grid


def _counts(checkup: CheckResult) -> Grid:
    grid = Grid(["expected by", "counted", "expected", "found", "verdict"], "llrrl")
    for count in checkup.counts:
        grid.rows.append(
            [
                count.protocol or ITSELF,
                f"class {count.counted}" if count.is_class else count.counted,
                str(count.expected),
                str(count.found),
                count.verdict,
            ]
        )
    return grid


def _verdict(checkup: CheckResult) -> str:
    number, inventory = checkup.findings.error_count, checkup.found
    errors = f"{number or 'no'} error{'s' * (number != 1)}"
    if inventory is None:
        return f"{checkup.dataset}: {errors}; the copy could not be opened."
    return formatting.escape_unprintable(
        f"{checkup.dataset}: {errors}; {pluralize(inventory.subjects, 'subject')}, "
        f"{pluralize(inventory.videos, 'video')}, "
        f"{pluralize(sum(inventory.expressions.values()), 'expression')}; counts compared with "
        f"{', '.join(checkup.compared) or 'no protocol'}."
    )
