"""The output of ``mebench datasets``, ``show``, ``where`` and ``repairs``, as text and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from textwrap import fill
from typing import Any

from mebench.datasets.contract import Adapter, AppliedRepair, Dataset, Extent, RepairDescription
from mebench.datasets.dataset_paths import (
    check_readable,
    configured_folder,
    configured_path,
    root_variable,
    roots_file,
    roots_file_problem,
)
from mebench.datasets.registry import adapter as load_adapter
from mebench.datasets.registry import adapter_ids, missing_ids
from mebench.diagnostics import Diagnostic, MebenchError
from mebench.models.truth import TruthInterval, TruthManifest
from mebench.tables.grid import Grid
from mebench.util.extras import DATASET_INSTALL_LINE, DATASET_PACKAGES
from mebench.util.text import pluralize


def dataset_table() -> Grid:
    """Return the table of all data sets; one whose package cannot be loaded shows the reason."""
    grid = Grid(
        [
            "data set",
            "installed",
            "where",
            "subjects",
            "videos",
            "expressions",
            "fps",
            "licence",
            "how to get it",
        ],
        "lllrrrrll",
        optional=["how to get it", "licence", "where", "fps", "expressions", "videos", "subjects"],
    )
    for identifier in adapter_ids():
        try:
            adapter = load_adapter(identifier)
        except MebenchError as error:
            message = error.diagnostics[0].message
            grid.rows.append([identifier, "no", *[None] * 6, message])
            continue
        extent = adapter.extent
        counts = (extent.subjects, extent.videos, extent.expressions, extent.fps)
        grid.rows.append(
            [
                identifier,
                "yes" if _is_installed(adapter) else "no",
                _location_text(adapter),
                *(None if number is None else f"{number:g}" for number in counts),
                adapter.licence,
                adapter.obtain,
            ]
        )
    for identifier in missing_ids():
        row = [identifier, "no", DATASET_PACKAGES[identifier], *[None] * 5, DATASET_INSTALL_LINE]
        grid.rows.append(row)
    return grid


def _is_installed(adapter: Adapter) -> bool:
    """Return whether a data set can be opened without naming its folder."""
    if not adapter.needs_root:
        return True
    folder = configured_folder(adapter.id)
    return folder is not None and folder.is_dir()


def _location_text(adapter: Adapter) -> str | None:
    if not adapter.needs_root:
        return "in its package"
    folder = configured_folder(adapter.id)
    return None if folder is None else str(folder)


def describe(adapter: Adapter, dataset: Dataset | None, root: Path | None) -> list[str]:
    """Return all that is known about a data set, in lines.

    Parameters
    ----------
    adapter : Adapter
        The adapter of the data set.
    dataset : Dataset or None
        An opened copy, if there is one.
    root : Path or None
        The folder of the copy.
    """
    facts = Grid(["", ""], "ll")
    facts.rows += [["licence", adapter.licence], ["to get it", adapter.obtain]]
    facts.rows.append(["where", str(root) if root else _location_text(adapter)])
    if dataset is None:
        facts.rows += _extent_rows(adapter.extent)
        facts.rows.append(["to set its folder", f"--root DIR, or {root_variable(adapter.id)}=DIR"])
        return [f"{adapter.id}  {adapter.title}", "", *facts.as_text("")]
    truth = dataset.truth()
    facts.rows += _count_rows(truth, dataset)
    lines = [f"{dataset.id}  {dataset.title or adapter.title}", "", *facts.as_text("")]
    expressions = [interval for video in truth.videos for interval in video.intervals or []]
    if expressions:
        lines += ["", *_by_class(expressions).as_text("")]
    return lines


def _extent_rows(extent: Extent) -> Iterable[list[str | None]]:
    for name, number in asdict(extent).items():
        if number is not None:
            yield [name, f"{number:g}"]


def _count_rows(truth: TruthManifest, dataset: Dataset) -> Iterable[list[str | None]]:
    yield ["subjects", str(len({video.subject for video in truth.videos}))]
    yield ["videos", str(len(truth.videos))]
    kinds = Counter(
        interval.get("kind") or "" for video in truth.videos for interval in video.intervals or []
    )
    parts = [f"{number} {kind}".strip() for kind, number in sorted(kinds.items(), reverse=True)]
    yield ["expressions", ", ".join(parts) or "0"]
    if truth.samples:
        yield ["samples", str(len(truth.samples))]
    if dataset.applied_repairs:
        counts = (
            f"{applied.repair.id} {len(applied.samples)}{' (off)' * applied.off}"
            for applied in dataset.applied_repairs
        )
        yield ["repairs", ", ".join(counts)]
    lengths = [video.n_frames for video in dataset.videos()]
    if not lengths:
        yield ["frames", "none found"]
        return
    rates = [video.fps for video in dataset.videos()]
    yield ["frames", f"{sum(lengths)}, {_range_text(lengths)} per video"]
    if all(rates):
        yield ["fps", ", ".join(f"{rate:g}" for rate in sorted({rate or 0 for rate in rates}))]
        seconds = sum(n / rate for n, rate in zip(lengths, rates, strict=True) if rate)
        yield ["length", f"{seconds / 60:.1f} minutes"]


def _by_class(expressions: Sequence[TruthInterval]) -> Grid:
    """Return the number and the lengths of the expressions of each kind and emotion."""
    grid = Grid(["kind", "emotion", "number", "shortest", "median", "longest"], "llrrrr")
    groups: dict[tuple[str, str], list[int]] = {}
    for interval in expressions:
        key = (interval.get("kind") or "", interval.get("emotion") or "")
        groups.setdefault(key, []).append(interval["offset"] - interval["onset"] + 1)
    for (kind, emotion), lengths in sorted(groups.items()):
        grid.rows.append(
            [
                kind or None,
                emotion or None,
                str(len(lengths)),
                str(min(lengths)),
                f"{median(lengths):g}",
                str(max(lengths)),
            ]
        )
    return grid


def _range_text(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class DatasetLocation:
    """The folder that is configured for a data set.

    Attributes
    ----------
    dataset : str
        Id of the data set.
    folder : Path or None
        Its folder; None if none is configured.
    by : str or None
        What names the folder: an environment variable, or the configuration file.
    exists : bool
        Whether it is a folder that can be listed.
    opens : bool or None
        Result of :meth:`mebench.datasets.Adapter.looks_right`.
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
        """Return plain data."""
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
    """Return the configured folders of all data sets that need one.

    A data set whose package cannot be loaded is listed with the problem.
    """
    listed = []
    for identifier in adapter_ids():
        try:
            adapter = load_adapter(identifier)
        except MebenchError as error:
            listed.append(DatasetLocation(identifier, problem=error.diagnostics[0]))
        else:
            if adapter.needs_root:
                listed.append(_locate(adapter))
    return listed


def _locate(adapter: Adapter) -> DatasetLocation:
    configured = configured_path(adapter.id)
    if configured is None:
        return DatasetLocation(adapter.id)
    folder, by = configured
    try:
        check_readable(folder)
    except MebenchError as error:
        return DatasetLocation(adapter.id, folder, by, problem=error.diagnostics[0])
    try:
        opens = adapter.looks_right(folder)
    except MebenchError as error:
        return DatasetLocation(adapter.id, folder, by, True, False, error.diagnostics[0])
    return DatasetLocation(adapter.id, folder, by, True, opens)


def locations_table(rows: list[DatasetLocation]) -> Grid:
    """Return the configured folders as a table."""
    header = ["data set", "folder", "set by", "exists", "opens"]
    grid = Grid(header, "lllll", optional=["exists", "set by"])
    for row in rows:
        folder = None if row.folder is None else str(row.folder)
        exists = None if row.folder is None else _yes_or_no(row.exists)
        opens = None if not row.exists or row.opens is None else _yes_or_no(row.opens)
        if row.problem is not None:
            opens = f"no: [{row.problem.code}] {row.problem.message}"
        grid.rows.append([row.dataset, folder, row.by, exists, opens])
    return grid


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def locations_as_dict(rows: list[DatasetLocation]) -> dict[str, object]:
    """Return the configured folders and the state of the configuration file as plain data."""
    path, error = roots_file(), roots_file_problem()
    return {
        "roots_file": str(path),
        "roots_file_exists": path.is_file(),
        "problem": None if error is None else error.diagnostics[0].as_dict(),
        "datasets": [row.as_dict() for row in rows],
    }


MAX_ROWS = 8
"""Most rows that the text names for each repair; the JSON output has all of them."""

WIDTH, INDENT = 100, "    "


def repairs_as_text(repairs: Sequence[RepairDescription], dataset: Dataset | None) -> str:
    """Return the repairs as text; for an opened copy, with the rows that each applies to.

    Parameters
    ----------
    repairs : sequence of RepairDescription
        All repairs of the data set.
    dataset : Dataset or None
        An opened copy, if there is one.
    """
    applied_by_id, blocks = _applied_by_id(dataset), []
    for repair in repairs:
        lines = [repair.wrong, repair.done, repair.why]
        if dataset is not None:
            applied = applied_by_id.get(repair.id)
            rows = () if applied is None else applied.samples
            named = ", ".join(rows[:MAX_ROWS]) + (", …" if len(rows) > MAX_ROWS else "")
            off = " (disabled)" if applied is not None and applied.off else ""
            lines.append(
                f"{pluralize(len(rows), 'row')} in this copy{off}{': ' * bool(rows)}{named}"
            )
        text = [
            fill(line, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT) for line in lines
        ]
        blocks.append("\n".join([f"{repair.id}: {repair.samples}", *text]))
    return "\n\n".join(blocks)


def repairs_as_dict(
    identifier: str, repairs: Sequence[RepairDescription], dataset: Dataset | None
) -> dict[str, Any]:
    """Return the repairs as plain data; parameters as in :func:`repairs_as_text`."""
    applied_by_id = _applied_by_id(dataset)
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
            applied = applied_by_id.get(repair.id)
            entry["rows"] = 0 if applied is None else len(applied.samples)
            entry["off"] = applied is not None and applied.off
            entry["which"] = [] if applied is None else list(applied.samples)
        listed.append(entry)
    return {"dataset": identifier, "repairs": listed}


def _applied_by_id(dataset: Dataset | None) -> dict[str, AppliedRepair]:
    if dataset is None:
        return {}
    return {applied.repair.id: applied for applied in dataset.applied_repairs}
