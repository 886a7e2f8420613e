"""The result of a check as text for people and as JSON for programs."""

from __future__ import annotations

from typing import Any

from mebench.datasets.checking.run_checks import CheckResult, Inventory
from mebench.datasets.checking.truth_check import ITSELF
from mebench.diagnostics import formatting
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

NAMED = 3
"""So many rows of a repair are named; JSON names all."""


def as_text(checkup: CheckResult) -> str:
    """Return what people read: what is there, counts, repairs, findings, and a verdict."""
    lines: list[str] = []
    if checkup.found is not None:
        lines += [*_facts(checkup, checkup.found).as_text(""), ""]
    if checkup.counts:
        lines += [*_counts(checkup).as_text(""), ""]
    if checkup.repairs:
        lines += [*repairs_grid(checkup).as_text(""), ""]
    findings = checkup.findings
    text = formatting.as_text(findings.kept, findings.omitted)
    return "\n".join([*lines, *([text] if text else []), _verdict(checkup)]) + "\n"


def as_dict(checkup: CheckResult) -> dict[str, Any]:
    """Return all of it as plain data."""
    findings, deep = checkup.findings, checkup.deep
    severities = [one.severity for one in findings.kept]
    return {
        "dataset": checkup.dataset,
        "verdict": checkup.verdict,
        "exit_status": checkup.exit_status,
        "found": None if checkup.found is None else checkup.found.as_dict(),
        "protocols": checkup.compared,
        "counts": [one.as_dict() for one in checkup.counts],
        "repairs": [
            {
                "repair": one.repair.id,
                "done": one.repair.done,
                "rows": len(one.samples),
                "off": one.off,
                "samples": list(one.samples),
            }
            for one in checkup.repairs
        ],
        "deep": None
        if deep is None
        else {
            "frames": deep.frames,
            "frozen": deep.frozen,
            "doubled": [[[one.subject, one.id] for one in group] for group in deep.doubled],
        },
        "errors": findings.error_count,
        "warnings": severities.count("warning"),
        "notes": severities.count("note"),
        "findings": [one.as_dict() for one in findings.kept],
        "omitted": findings.omitted,
    }


def repairs_grid(checkup: CheckResult) -> Grid:
    """Return the repairs that found something to do."""
    grid = Grid(["repair", "rows", "done", "which"], "lrll")
    for one in checkup.repairs:
        more = ", …" if one.samples[NAMED:] else ""
        grid.rows.append(
            [
                one.repair.id,
                str(len(one.samples)),
                "no: switched off" if one.off else one.repair.done,
                ", ".join(one.samples[:NAMED]) + more,
            ]
        )
    return grid


def _facts(checkup: CheckResult, found: Inventory) -> Grid:
    grid = Grid(["", ""], "ll")
    if found.folder is not None:
        grid.rows.append(["folder", str(found.folder)])
    grid.rows += [["sheet", str(one)] for one in found.sheets]
    grid.rows.append(["subjects", str(found.subjects)])
    grid.rows.append(["videos", f"{found.videos}, {found.with_frames} with frames"])
    kinds = (f"{number} {kind}".strip() for kind, number in found.expressions.items())
    grid.rows.append(["expressions", ", ".join(kinds) or "0"])
    if found.samples:
        grid.rows.append(["samples", str(found.samples)])
    grid.rows.append(["frames", str(found.frames)])
    if checkup.deep is not None:
        deep = checkup.deep
        grid.rows.append(["decoded", f"{pluralize(deep.frames, 'frame')}, {deep.frozen} frozen"])
    return grid


def _counts(checkup: CheckResult) -> Grid:
    grid = Grid(["expected by", "counted", "expected", "found", "verdict"], "llrrl")
    for one in checkup.counts:
        grid.rows.append(
            [
                one.protocol or ITSELF,
                f"class {one.counted}" if one.is_class else one.counted,
                str(one.expected),
                str(one.found),
                one.verdict,
            ]
        )
    return grid


def _verdict(checkup: CheckResult) -> str:
    number, found = checkup.findings.error_count, checkup.found
    verdict = f"{number or 'no'} error{'s' * (number != 1)}"
    if found is None:
        return f"{checkup.dataset}: {verdict}; not checked to the end."
    return formatting.escape_unprintable(
        f"{checkup.dataset}: {verdict}; {pluralize(found.subjects, 'subject')}, "
        f"{pluralize(found.videos, 'video')}, "
        f"{pluralize(sum(found.expressions.values()), 'expression')}; counts compared with "
        f"{', '.join(checkup.compared) or 'no protocol'}."
    )
