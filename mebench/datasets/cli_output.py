"""The output of ``mebench datasets``, ``show``, ``where`` and ``repairs``, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import fill
from typing import Any

from mebench.datasets.contract import Adapter, Dataset, RepairDescription
from mebench.datasets.dataset_paths import (
    check_readable,
    configured_path,
    root_variable,
    roots_file,
    roots_file_problem,
)
from mebench.datasets.listing import available, location_of
from mebench.datasets.registry import adapter as load_adapter
from mebench.datasets.registry import known_ids
from mebench.datasets.summary import class_table, count_rows
from mebench.diagnostics import MebenchError
from mebench.models.truth import TruthManifest
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

Row = list[str | None]


def dataset_table() -> Grid:
    """Return the table of all data sets; one whose package cannot be loaded shows the reason."""
    header = ["data set", "installed", "where", "subjects", "videos", "expressions", "fps"]
    optional = ["how to get it", "licence", "where", "fps", "expressions", "videos", "subjects"]
    grid = Grid([*header, "licence", "how to get it"], "lllrrrrll", optional=optional)
    for info in available():
        extent = (info.subjects, info.videos, info.expressions, info.fps)
        counts = (None if number is None else f"{number:g}" for number in extent)
        installed = "yes" if info.installed else "no"
        grid.rows.append([info.id, installed, info.where, *counts, info.licence, info.obtain])
    return grid


def describe(adapter: Adapter, dataset: Dataset | None, root: Path | None) -> list[str]:
    """Return all that is known about a data set, and about an opened copy of it, in lines."""
    facts = Grid(["", ""], "ll")
    facts.rows += [["licence", adapter.licence], ["to get it", adapter.obtain]]
    facts.rows.append(["where", str(root) if root else location_of(adapter)])
    if dataset is None:
        extent = asdict(adapter.extent).items()
        facts.rows += [[name, f"{number:g}"] for name, number in extent if number is not None]
        facts.rows.append(["to set its folder", f"--root DIR, or {root_variable(adapter.id)}=DIR"])
        return [f"{adapter.id}  {adapter.title}", "", *facts.as_text("")]
    truth = dataset.truth()
    facts.rows += _count_rows(truth, dataset)
    lines = [f"{dataset.id}  {dataset.title or adapter.title}", "", *facts.as_text("")]
    by_class = class_table(truth)
    return [*lines, "", *by_class.as_text("")] if by_class.rows else lines


def _count_rows(truth: TruthManifest, dataset: Dataset) -> list[Row]:
    rows: list[Row] = count_rows(truth)
    if dataset.applied_repairs:
        counts = (
            f"{applied.repair.id} {len(applied.samples)}{' (off)' * applied.off}"
            for applied in dataset.applied_repairs
        )
        rows.append(["repairs", ", ".join(counts)])
    lengths = [video.n_frames for video in dataset.videos()]
    if not lengths:
        return [*rows, ["frames", "none found"]]
    low, high = min(lengths), max(lengths)
    span = str(low) if low == high else f"{low} to {high}"
    rows.append(["frames", f"{sum(lengths)}, {span} per video"])
    rates = [video.fps or 0 for video in dataset.videos()]
    if all(rates):
        rows.append(["fps", ", ".join(f"{rate:g}" for rate in sorted(set(rates)))])
        seconds = sum(n / rate for n, rate in zip(lengths, rates, strict=True))
        rows.append(["length", f"{seconds / 60:.1f} minutes"])
    return rows


def locations() -> list[dict[str, Any]]:
    """Return the configured folders of all data sets that need one, as plain data."""
    rows = []
    for identifier in known_ids():
        row: dict[str, Any] = {
            "dataset": identifier,
            "folder": None,
            "by": None,
            "variable": root_variable(identifier),
            "exists": False,
            "opens": None,
            "problem": None,
        }
        try:
            adapter = load_adapter(identifier)
            if not adapter.needs_root:
                continue
            configured = configured_path(identifier)
            if configured is not None:
                folder, by = configured
                row |= {"folder": str(folder), "by": by}
                row |= {"exists": check_readable(folder) == folder, "opens": False}
                row["opens"] = adapter.looks_right(folder)
        except MebenchError as error:
            row["problem"] = error.diagnostics[0].as_dict()
        rows.append(row)
    return rows


def locations_table(rows: list[dict[str, Any]]) -> Grid:
    """Return the configured folders as a table."""
    header = ["data set", "folder", "set by", "exists", "opens"]
    grid = Grid(header, "lllll", optional=["exists", "set by"])
    words = {True: "yes", False: "no", None: None}
    for row in rows:
        exists = None if row["folder"] is None else words[row["exists"]]
        opens, problem = words[row["opens"]], row["problem"]
        if problem is not None:
            opens = f"no: [{problem['code']}] {problem['message']}"
        grid.rows.append([row["dataset"], row["folder"], row["by"], exists, opens])
    return grid


def locations_as_dict(rows: list[dict[str, Any]]) -> dict[str, object]:
    """Return the configured folders and the state of the configuration file as plain data."""
    path, error = roots_file(), roots_file_problem()
    return {
        "roots_file": str(path),
        "roots_file_exists": path.is_file(),
        "problem": None if error is None else error.diagnostics[0].as_dict(),
        "datasets": rows,
    }


MAX_ROWS = 8
"""Most rows that the text names for each repair; the JSON output has all of them."""

WIDTH, INDENT = 100, "    "


def repairs_as_dict(
    identifier: str, repairs: Sequence[RepairDescription], dataset: Dataset | None
) -> dict[str, Any]:
    """Return all repairs of a data set; for an opened copy, with the rows that each applies to."""
    listed: list[dict[str, Any]] = []
    for repair in repairs:
        entry: dict[str, Any] = {
            "repair": repair.id,
            "samples": repair.samples,
            "wrong": repair.wrong,
            "done": repair.done,
            "why": repair.why,
        }
        if dataset is not None:
            applied = [each for each in dataset.applied_repairs if each.repair.id == repair.id]
            samples = [sample for each in applied for sample in each.samples]
            off = any(each.off for each in applied)
            entry |= {"rows": len(samples), "off": off, "which": samples}
        listed.append(entry)
    return {"dataset": identifier, "repairs": listed}


def repairs_as_text(repairs: dict[str, Any]) -> str:
    """Return what :func:`repairs_as_dict` returns as text."""
    blocks = []
    for entry in repairs["repairs"]:
        lines = [entry["wrong"], entry["done"], entry["why"]]
        if "which" in entry:
            which = entry["which"]
            named = ", ".join(which[:MAX_ROWS]) + (", …" if which[MAX_ROWS:] else "")
            off = " (disabled)" if entry["off"] else ""
            rows = pluralize(len(which), "row")
            lines.append(f"{rows} in this copy{off}{': ' if which else ''}{named}")
        text = [
            fill(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT) for line in lines
        ]
        blocks.append("\n".join([f"{entry['repair']}: {entry['samples']}", *text]))
    return "\n\n".join(blocks)
