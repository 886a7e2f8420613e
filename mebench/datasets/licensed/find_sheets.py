"""Find the spreadsheets of a copy, which often are not beside its frames.

A sheet is searched by its known names: in the root, in the folder of the subjects and between; in
the folders beside these; and in the two folders above the root, each time with the folders named
``annotation``. Of several sheets with the same content, or of several versions, one is chosen;
otherwise the user must choose. ``--sheet`` and ``[sheets]`` in ``mebench.toml`` name a sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from shlex import quote
from typing import TypeVar

from mebench.datasets.frames.scan_directory import is_folder
from mebench.datasets.licensed.disk_layout import DiskLayout, entries
from mebench.datasets.licensed.find_base import fitting_folders, normal_path, real_path
from mebench.datasets.sheet_config import given_sheet
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.spreadsheets.table import ColumnSpec, find_table
from mebench.spreadsheets.workbook_file import (
    SHEET_SUFFIXES,
    matching_files,
    read_workbook,
)

Content = TypeVar("Content")

BESIDE = 2
"""The stage of the search that leaves the copy; a sheet above it is a usual place."""

MAX_SIBLINGS = 2000
"""Most folders beside a copy that are searched for its sheets."""

LISTED = (".xlsx", ".xls", ".ods", ".csv", ".tsv")
"""Suffixes of the files that a message names; a .txt could be any file."""


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """A spreadsheet of a data set.

    ``role`` is its name for ``--sheet``, ``title`` says what it contains, ``names`` are its known
    file names with wildcards. Of several files, one whose name matches the first of ``versions``,
    regular expressions with a reason, is used. ``advice`` says how to write it if the data set has
    no such sheet.
    """

    role: str
    title: str
    names: tuple[str, ...]
    columns: tuple[ColumnSpec, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    advice: str = ""


@dataclass(frozen=True, slots=True)
class SheetFinder:
    """Finds the sheets of a copy of a data set; ``base`` is None in a copy without frames."""

    dataset: str
    root: Path
    base: Path | None
    layouts: Sequence[DiskLayout]

    def find(
        self, spec: SheetSpec, read: Callable[[Path], Content], findings: Findings
    ) -> Path | None:
        """Return the path of a sheet; None, without a finding, if there is none.

        ``read`` returns the content of a file, to compare it with that of another file.

        Raises
        ------
        MebenchError
            ``sheet-ambiguous``, with all findings, if the user must choose.
        """
        given = given_sheet(self.dataset, spec.role)
        if given is not None:
            return given
        for stage, folders in enumerate(self._stages()):
            paths = matching_files(folders, spec.names, spec.title, findings)
            if paths:
                chosen = self._choose(paths, spec, read, findings)
                if stage == BESIDE:
                    message = f"The sheet is beside the copy, not in it: {quote(str(chosen))}."
                    remedy = f"If it is the wrong one, pass {self.option(spec)}."
                    findings.warning("sheet-elsewhere", message, remedy, Place(file=str(chosen)))
                return chosen
        return None

    def report_missing(self, spec: SheetSpec, findings: Findings) -> None:
        """Report that a sheet was not found, and where; name files whose columns would fit."""
        others = {
            real_path(entry.path): Path(entry.path)
            for folder in chain.from_iterable(islice(self._stages(), BESIDE))
            for entry in entries(folder)
            if Path(entry.name).suffix.casefold() in LISTED and entry.is_file()
        }
        names = [quote(str(path)) for path in others.values()]
        fitting = next((path for path in islice(others.values(), 20) if _fits(path, spec)), None)
        message = f"There is no sheet with {spec.title} in {quote(str(self.root))}."
        if names:
            message += f" Other sheets in it: {', '.join(names[:5])}."
        remedy = spec.advice or f"Copy it there; its known names are {', '.join(spec.names)}."
        if fitting is not None:
            message += f" {quote(fitting.name)} has the required columns."
            remedy = f"{spec.advice} If it is the right one, pass {self.option(spec, fitting)}."
        elif names:
            remedy += f" If it has another name, pass {self.option(spec)}."
        findings.error("sheet-missing", message, remedy.strip(), Place(file=str(self.root)))

    def option(self, spec: SheetSpec, path: Path | None = None) -> str:
        """Return the option that names a sheet."""
        role = "" if spec.role == "annotations" else f"{spec.role}="
        return f"--sheet {quote(role + str(path)) if path else role + 'FILE'}"

    def _choose(
        self,
        paths: Sequence[Path],
        spec: SheetSpec,
        read: Callable[[Path], Content],
        findings: Findings,
    ) -> Path:
        """Return one of several sheets: the newest version, or any if their content is the same."""
        if len(paths) == 1:
            return paths[0]
        for version, reason in spec.versions:
            of_version = [path for path in paths if re.search(version, path.stem, re.IGNORECASE)]
            if of_version and len(of_version) < len(paths):
                chosen = self._choose(of_version, spec, read, findings)
                self._note_choice(chosen, paths, reason, findings)
                return chosen
        paths = sorted(paths, key=lambda path: SHEET_SUFFIXES.index(path.suffix.casefold()))
        contents: dict[Path, object] = {}
        for path in paths:
            with suppress(MebenchError):
                contents[path] = read(path)
        first = next(iter(contents), paths[0])
        if contents and all(content == contents[first] for content in contents.values()):
            why = "they have the same annotations after repairs"
            if len(contents) < len(paths):
                why = "what cannot be read as a sheet is ignored"
            self._note_choice(first, paths, why, findings)
            return first
        listed = " and ".join(quote(str(path)) for path in paths[:5])
        message = f"There are {len(paths)} sheets with {spec.title}, which differ: {listed}."
        remedy = f"Choose one: pass {self.option(spec, paths[0])}, or remove the others."
        findings.error("sheet-ambiguous", message, remedy, Place(file=str(paths[0])))
        raise MebenchError(findings.kept, findings.omitted)

    def _note_choice(
        self, chosen: Path, paths: Sequence[Path], why: str, findings: Findings
    ) -> None:
        others = ", ".join(quote(path.name) for path in paths if path != chosen)
        message = f"{quote(chosen.name)} was read, not {others}: {why}."
        findings.note("sheet-chosen", message, "", Place(file=str(chosen)))

    def _stages(self) -> Iterator[list[Path]]:
        """Yield the folders to search: nearest in the copy, all of it, beside it, and above it."""
        near = [self.root]
        if self.base is not None and self.root in self.base.parents:
            path = [self.base, *self.base.parents]
            near = path[path.index(self.root) :: -1]
        above = list(normal_path(self.root).parents)[:2]
        yield [found for folder in near for found in (folder, *_annotation_folders(folder))]
        yield [folder for folder, _ in fitting_folders(self.root, self.layouts)]
        yield [
            Path(entry.path)
            for folder in above[:1]
            for entry in islice(entries(folder), MAX_SIBLINGS)
            if is_folder(entry) and real_path(entry.path) != real_path(self.root)
        ]
        yield [found for folder in above for found in (folder, *_annotation_folders(folder))]


def is_annotation_folder(name: str) -> bool:
    """Return whether a folder is named ``annotation`` or similarly."""
    return name.casefold().startswith("annotation")


def _annotation_folders(folder: Path) -> Iterator[Path]:
    """Yield the folders named ``annotation`` in a folder, and the folders in them."""
    for entry in entries(folder):
        if is_folder(entry) and is_annotation_folder(entry.name):
            path = Path(entry.path)
            yield path
            for inner in entries(path):
                if is_folder(inner):
                    yield Path(inner.path)


def _fits(path: Path, spec: SheetSpec) -> bool:
    """Return whether a file has the columns of a sheet."""
    try:
        return find_table(read_workbook(path, Findings()), spec.columns, Findings()) is not None
    except MebenchError:
        return False
