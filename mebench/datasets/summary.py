"""What ``mebench datasets``, ``show``, ``where`` and ``repairs`` print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import Any

from mebench.datasets.contract import Adapter, AppliedRepair, Dataset, RepairDescription
from mebench.datasets.dataset_paths import (
    check_readable,
    configured_folder,
    configured_path,
    root_variable,
    roots_file,
    roots_file_problem,
)
from mebench.datasets.registry import adapter, adapter_ids
from mebench.diagnostics import Diagnostic, MebenchError
from mebench.models.truth import TruthInterval, TruthManifest
from mebench.tables.grid import Grid
from mebench.util.text import pluralize

TABLE_HEADER = [
    "data set",
    "installed",
    "where",
    "subjects",
    "videos",
    "expressions",
    "fps",
    "licence",
]


def dataset_table() -> Grid:
    """Return the table of all data sets; a package's that cannot be loaded says why."""
    grid = Grid([*TABLE_HEADER, "how to get it"], "lllrrrrll")
    for identifier in adapter_ids():
        try:
            one = adapter(identifier)
        except MebenchError as error:
            message = error.diagnostics[0].message
            grid.rows.append([identifier, "no", *[None] * 6, message])
            continue
        extent = one.extent
        counts = (extent.subjects, extent.videos, extent.expressions, extent.fps)
        grid.rows.append(
            [
                identifier,
                "yes" if is_installed(one) else "no",
                location_text(one),
                *(None if number is None else f"{number:g}" for number in counts),
                one.licence,
                one.obtain,
            ]
        )
    return grid


def is_installed(one: Adapter) -> bool:
    """Tell whether a data set can be opened without saying where it is."""
    if not one.needs_root:
        return True
    folder = configured_folder(one.id)
    return folder is not None and folder.is_dir()


def location_text(one: Adapter) -> str | None:
    """Return where a data set lies, as far as that is known."""
    if not one.needs_root:
        return "in its package"
    folder = configured_folder(one.id)
    return None if folder is None else str(folder)


def describe(one: Adapter, dataset: Dataset | None, root: Path | None) -> list[str]:
    """Return all that is known of a data set, in lines.

    Parameters
    ----------
    one : Adapter
        Its adapter.
    dataset : Dataset or None
        An opened copy, where there is one.
    root : Path or None
        Where it was opened.
    """
    facts = Grid(["", ""], "ll")
    facts.rows += [["licence", one.licence], ["to get it", one.obtain]]
    facts.rows.append(["where", str(root) if root else location_text(one)])
    if dataset is None:
        facts.rows += _extent_rows(one)
        facts.rows.append(["to say where", f"--root DIR, or {root_variable(one.id)}=DIR"])
        return [f"{one.id}  {one.title}", "", *facts.as_text("")]
    truth = dataset.truth()
    facts.rows += _count_rows(truth, dataset)
    lines = [f"{dataset.id}  {dataset.title or one.title}", "", *facts.as_text("")]
    expressions = [item for video in truth.videos for item in video.intervals or []]
    if expressions:
        lines += ["", *_by_class(expressions).as_text("")]
    return lines


def _extent_rows(one: Adapter) -> Iterable[list[str | None]]:
    extent = one.extent
    for name in ("subjects", "videos", "expressions", "fps"):
        number = getattr(extent, name)
        if number is not None:
            yield [name, f"{number:g}"]


def _count_rows(truth: TruthManifest, dataset: Dataset) -> Iterable[list[str | None]]:
    yield ["subjects", str(len({video.subject for video in truth.videos}))]
    yield ["videos", str(len(truth.videos))]
    kinds = Counter(one.get("kind") or "" for row in truth.videos for one in row.intervals or [])
    parts = [f"{number} {kind}".strip() for kind, number in sorted(kinds.items(), reverse=True)]
    yield ["expressions", ", ".join(parts) or "0"]
    if truth.samples:
        yield ["samples", str(len(truth.samples))]
    if dataset.applied_repairs:
        done = (
            f"{applied.repair.id} {len(applied.samples)}{' (off)' * applied.off}"
            for applied in dataset.applied_repairs
        )
        yield ["repairs", ", ".join(done)]
    lengths = [video.n_frames for video in dataset.videos()]
    if not lengths:
        yield ["frames", "none here"]
        return
    rates = [video.fps for video in dataset.videos()]
    yield ["frames", f"{sum(lengths)}, {_range_text(lengths)} a video"]
    if rates and all(rates):
        yield ["fps", ", ".join(f"{rate:g}" for rate in sorted({rate or 0 for rate in rates}))]
        seconds = sum(n / rate for n, rate in zip(lengths, rates, strict=True) if rate)
        yield ["length", f"{seconds / 60:.1f} minutes"]


def _by_class(expressions: Sequence[TruthInterval]) -> Grid:
    """Return how many expressions there are of each kind and emotion, and how long they are."""
    grid = Grid(["kind", "emotion", "number", "shortest", "median", "longest"], "llrrrr")
    groups: dict[tuple[str, str], list[int]] = {}
    for one in expressions:
        key = (one.get("kind") or "", one.get("emotion") or "")
        groups.setdefault(key, []).append(one["offset"] - one["onset"] + 1)
    for (kind, emotion), lengths in sorted(groups.items()):
        middle = f"{median(lengths):g}"
        grid.rows.append(
            [
                kind or None,
                emotion or None,
                str(len(lengths)),
                str(min(lengths)),
                middle,
                str(max(lengths)),
            ]
        )
    return grid


def _range_text(numbers: Sequence[int]) -> str:
    low, high = min(numbers, default=0), max(numbers, default=0)
    return str(low) if low == high else f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class DatasetLocation:
    """Where a data set lies.

    Attributes
    ----------
    dataset : str
        The data set.
    folder : Path or None
        Its folder; None where nobody names one.
    by : str or None
        Who names it: an environment variable, or a file of roots.
    exists : bool
        Whether it is a folder that can be listed.
    opens : bool or None
        Whether it looks like that data set, at a glance; None where the adapter cannot tell.
    problem : Diagnostic or None
        What is wrong.
    """

    dataset: str
    folder: Path | None = None
    by: str | None = None
    exists: bool = False
    opens: bool | None = None
    problem: Diagnostic | None = None

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "dataset": self.dataset,
            "folder": None if self.folder is None else str(self.folder),
            "by": self.by,
            "variable": root_variable(self.dataset),
            "exists": self.exists,
            "opens": self.opens,
            "problem": None if self.problem is None else self.problem.as_dict(),
        }


def locations() -> list[DatasetLocation]:
    """Return where all data sets that need a folder lie; a package's that is broken says why."""
    found = []
    for identifier in adapter_ids():
        try:
            one = adapter(identifier)
        except MebenchError as error:
            found.append(DatasetLocation(identifier, problem=error.diagnostics[0]))
        else:
            if one.needs_root:
                found.append(_locate(one))
    return found


def locations_table(rows: list[DatasetLocation]) -> Grid:
    """Return a table for people."""
    grid = Grid(["data set", "folder", "said by", "there", "opens"], "lllll")
    for one in rows:
        folder = None if one.folder is None else str(one.folder)
        there = None if one.folder is None else _yes(one.exists)
        opens = None if not one.exists or one.opens is None else _yes(one.opens)
        if one.problem is not None:
            opens = f"no: [{one.problem.code}] {one.problem.message}"
        grid.rows.append([one.dataset, folder, one.by, there, opens])
    return grid


def as_dict(rows: list[DatasetLocation]) -> dict[str, object]:
    """Return all of it as plain data, with the file of roots that is read."""
    path, error = roots_file(), roots_file_problem()
    return {
        "roots_file": str(path),
        "roots_file_exists": path.is_file(),
        "problem": None if error is None else error.diagnostics[0].as_dict(),
        "datasets": [one.as_dict() for one in rows],
    }


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _locate(one: Adapter) -> DatasetLocation:
    said = configured_path(one.id)
    if said is None:
        return DatasetLocation(one.id)
    try:
        check_readable(said.folder)
    except MebenchError as error:
        return DatasetLocation(one.id, said.folder, said.by, problem=error.diagnostics[0])
    try:
        opens = one.looks_right(said.folder)
    except MebenchError as error:
        return DatasetLocation(one.id, said.folder, said.by, True, False, error.diagnostics[0])
    return DatasetLocation(one.id, said.folder, said.by, True, opens)


ROWS_NAMED = 8
"""So many rows are named; JSON has all."""

WIDTH, INDENT = 100, "    "


def repairs_as_text(repairs: Sequence[RepairDescription], dataset: Dataset | None) -> str:
    """Return the repairs for people; of an opened copy, how many rows each was for, and which.

    Parameters
    ----------
    repairs : sequence of RepairDescription
        All that the data set knows.
    dataset : Dataset or None
        A copy, where there is one.
    """
    applied, blocks = _applied_by_id(dataset), []
    for one in repairs:
        said = [one.wrong, one.done, one.why]
        if dataset is not None:
            did = applied.get(one.id)
            rows = () if did is None else did.samples
            shown = ", ".join(rows[:ROWS_NAMED]) + (", …" if len(rows) > ROWS_NAMED else "")
            off = " (switched off)" if did is not None and did.off else ""
            said.append(f"{pluralize(len(rows), 'row')} here{off}{': ' * bool(rows)}{shown}")
        text = [fill(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT) for line in said]
        blocks.append("\n".join([f"{one.id}: {one.samples}", *text]))
    return "\n\n".join(blocks)


def repairs_as_dict(
    identifier: str, repairs: Sequence[RepairDescription], dataset: Dataset | None
) -> dict[str, Any]:
    """Return the same as plain data, with all rows."""
    applied = _applied_by_id(dataset)
    listed: list[dict[str, Any]] = []
    for one in repairs:
        entry: dict[str, Any] = {
            "repair": one.id,
            "samples": one.samples,
            "wrong": one.wrong,
            "done": one.done,
            "why": one.why,
        }
        if dataset is not None:
            did = applied.get(one.id)
            entry["rows"] = 0 if did is None else len(did.samples)
            entry["off"] = did is not None and did.off
            entry["which"] = [] if did is None else list(did.samples)
        listed.append(entry)
    return {"dataset": identifier, "repairs": listed}


def _applied_by_id(dataset: Dataset | None) -> dict[str, AppliedRepair]:
    return {} if dataset is None else {one.repair.id: one for one in dataset.applied_repairs}
