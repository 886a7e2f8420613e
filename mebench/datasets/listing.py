"""What is known of data sets, laid out for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from mebench.datasets.contract import Adapter, Dataset
from mebench.datasets.registry import adapter, adapter_ids
from mebench.datasets.roots import configured_folder, root_variable
from mebench.diagnostics import MebenchError
from mebench.records.truth import TruthInterval, TruthManifest
from mebench.tables.grid import Grid

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
        return "in mebench" if type(one).__module__.startswith("mebench.") else "in its package"
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
    own = getattr(dataset, "settings", None)
    title = getattr(own, "title", None) or one.title
    facts.rows += _count_rows(truth, dataset)
    lines = [f"{dataset.id}  {title}", "", *facts.as_text("")]
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
    applied = getattr(dataset, "applied", ())
    if applied:
        done = (f"{one.repair.id} {len(one.samples)}{' (off)' * one.off}" for one in applied)
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
