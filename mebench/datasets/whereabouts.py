"""Where each data set lies on this machine, who says so, and whether it looks like what it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mebench.datasets.contract import Adapter
from mebench.datasets.registry import adapter, adapter_ids
from mebench.datasets.roots import (
    check_readable,
    configured_path,
    root_variable,
    roots_file,
    roots_file_problem,
)
from mebench.diagnostics import Diagnostic, Findings, MebenchError
from mebench.tables.grid import Grid


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
        opens = looks_right(one, said.folder)
    except MebenchError as error:
        return DatasetLocation(one.id, said.folder, said.by, True, False, error.diagnostics[0])
    return DatasetLocation(one.id, said.folder, said.by, True, opens)


def looks_right(one: Adapter, folder: Path) -> bool | None:
    """See whether a folder looks like a data set: its folders and its sheet, and nothing in them.

    Parameters
    ----------
    one : Adapter
        Of the data set.
    folder : Path
        The folder, which can be listed.

    Returns
    -------
    bool or None
        True, or None where only opening would tell.

    Raises
    ------
    MebenchError
        With what is wrong.
    """
    from mebench.datasets.generic.adapter import GenericAdapter, truth_file
    from mebench.datasets.licensed.adapter import LicensedAdapter
    from mebench.datasets.licensed.copies import alias_rules_of, open_copy

    if isinstance(one, GenericAdapter):
        return truth_file(folder).is_file()
    if not isinstance(one, LicensedAdapter):
        return None
    apart = Findings()
    rule = alias_rules_of(one.protocol, one.id)
    copy = open_copy(folder, one.layout, one.sheets, rule, apart, needs_frames=one.needs_frames)
    if one.sheets:
        copy.required_sheet(one.sheets, "the annotations", Findings())
    return True
