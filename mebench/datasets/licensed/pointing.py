"""Which folder a user who pointed beside a data set should point to."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from mebench.datasets.frames.entries import is_folder
from mebench.datasets.licensed.layout import DiskLayout, entries, existing_bases
from mebench.datasets.sheets.finding import find_sheet
from mebench.diagnostics import Findings, MebenchError, Place

DEPTH = 4
"""So many levels above and below a root are looked at."""

MOST_FOLDERS = 5000
"""So many folders are opened in that search."""


def find_base(root: Path, layout: DiskLayout, sheets: Sequence[str]) -> Path:
    """Return the folder that holds the subjects.

    Parameters
    ----------
    root : Path
        What the user named.
    layout : DiskLayout
        How the data set lies on disk.
    sheets : sequence of str
        Names in circulation of its sheet, if it has one.

    Raises
    ------
    MebenchError
        ``root-misplaced``, which says where to point instead, or ``root-wrong``.
    """
    found = existing_bases(root, layout)
    if found:
        return found[0]
    better = suggest_root(root, layout, sheets)
    if better is not None:
        raise MebenchError.of(
            "root-misplaced",
            f"The data set does not lie in this folder, but in {better}.",
            f"Point to {better}.",
            Place(file=str(root)),
        )
    raise MebenchError.of(
        "root-wrong",
        f"The folder holds nothing like {layout.example}.",
        "Point to the folder that holds what the data set was delivered as; the data sets page of "
        "the documentation shows it.",
        Place(file=str(root)),
    )


def suggest_root(
    root: Path, layout: DiskLayout, sheets: Sequence[str], *, needs_sheet: bool = False
) -> Path | None:
    """Return the nearest folder, above or below, that is a root with frames and sheet.

    Parameters
    ----------
    root : Path
        What the user named.
    layout : DiskLayout
        How the data set lies on disk.
    sheets : sequence of str
        Names in circulation of its sheet, if it has one.
    needs_sheet : bool
        Without, frames alone will do, where there is nothing better.
    """
    second = None
    for folder, base in chain(_above(root, layout), _below(root, layout)):
        if not sheets or _has_sheet(sheet_folders(folder, base), sheets):
            return folder
        second = second or folder
    # Any folder may hold video files: they alone do not tell a data set.
    return None if needs_sheet or layout.files else second


def sheet_folders(root: Path, base: Path | None) -> list[Path]:
    """Return where sheets may lie: the root, the folder of the subjects, and what is between."""
    if base is None or root not in (way := [base, *base.parents]):
        return [root]
    return way[way.index(root) :: -1]


def _has_sheet(folders: Sequence[Path], sheets: Sequence[str]) -> bool:
    findings = Findings()
    find_sheet(folders, sheets, "", findings)
    return not findings.counts["sheet-missing"]  # two of them are found, too


def _above(root: Path, layout: DiskLayout) -> Iterator[tuple[Path, Path]]:
    """Yield the folders above, with their bases, for a root in the base or on the way there."""
    here = Path(os.path.normpath(root.absolute()))  # links stay: the user knows those names
    for parent in list(here.parents)[: DEPTH + 1]:
        for base in existing_bases(parent, layout):
            if here == base or base in here.parents or here in base.parents:
                yield parent, base


def _below(root: Path, layout: DiskLayout) -> Iterator[tuple[Path, Path]]:
    """Yield the folders below, with their bases, the nearest first."""
    level, opened = [root], 0
    for _ in range(DEPTH):
        deeper: list[Path] = []
        for folder in level:
            opened += 1
            if opened > MOST_FOLDERS:
                return
            deeper += [Path(one.path) for one in entries(folder) if is_folder(one)]
        for folder in deeper[:MOST_FOLDERS]:
            for base in existing_bases(folder, layout):
                yield folder, base
        level = deeper
