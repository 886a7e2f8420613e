"""Folders of data sets: ``--root``, the environment, or ``mebench.toml``.

In ``mebench.toml``, ``[roots]`` has the folders of the data sets that mebench knows, and each table
``[datasets.NAME]`` is a data set of the user: a folder in the generic layout under its own id.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from mebench.datasets.dataset_ids import reserved_ids
from mebench.diagnostics import Findings, Place, UsageError
from mebench.models.base import StrictModel
from mebench.util.regular_file import read_regular
from mebench.util.system import expand_home
from mebench.util.text import did_you_mean
from mebench.util.toml_text import toml_key, toml_value

ROOTS_FILE = "mebench.toml"


def root_variable(dataset_id: str) -> str:
    """Return the environment variable that names a data set's folder."""
    return f"MEBENCH_ROOT_{dataset_id.upper().replace('-', '_')}"


def roots_file() -> Path:
    """Return the path of ``mebench.toml`` in the working folder, or the nearest one above it."""
    own_path = Path.cwd() / ROOTS_FILE
    paths = (folder / ROOTS_FILE for folder in own_path.parents)
    return next((path for path in paths if path.is_file()), own_path)


def configured_folder(dataset_id: str) -> Path | None:
    """Return the configured folder of a data set; None if ``mebench.toml`` cannot be read."""
    configured = configured_path(dataset_id)
    return None if configured is None else configured[0]


def configured_path(dataset_id: str) -> tuple[Path, str] | None:
    """Return what :func:`configured_folder` returns, with the variable or file that names it."""
    try:
        return _find_configured(dataset_id)
    except UsageError:
        return None


def roots_file_problem() -> UsageError | None:
    """Return what is wrong with ``mebench.toml``, if anything is."""
    try:
        own_datasets()
        roots = configured_roots()
    except UsageError as error:
        return error
    unknown = next((name for name in roots if name not in reserved_ids()), None)
    return None if unknown is None else unknown_root(unknown, roots[unknown])


def root_of(dataset_id: str, given: Path | None = None) -> Path:
    """Return the folder of a data set: of ``--root``, the environment, or ``mebench.toml``."""
    configured = (given, "--root") if given is not None else _find_configured(dataset_id)
    if configured is None:
        line = f'`{toml_key(dataset_id)} = "DIR"` under `[roots]`'
        if dataset_id not in reserved_ids():
            line = f'`root = "DIR"` under `{own_header(dataset_id)}`'
        variable = f"{root_variable(dataset_id)}=DIR"
        remedy = f"Pass --root DIR, set {variable}, or write {line} into {roots_file()}."
        guess = "" if dataset_id in reserved_ids() else did_you_mean(dataset_id, reserved_ids())
        message = f"No folder is configured for data set {dataset_id}.{guess}"
        raise UsageError.of("root-needed", message, remedy)
    return check_readable(configured[0])


def check_readable(folder: Path) -> Path:
    """Return a folder if it exists and can be listed; otherwise raise ``root-unreadable``."""
    try:
        with os.scandir(folder):
            return folder
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"The folder of the data set cannot be read: {reason}."
        remedy = "Name an existing folder."
        raise UsageError.of("root-unreadable", message, remedy, Place(file=str(folder))) from None


def _find_configured(dataset_id: str) -> tuple[Path, str] | None:
    variable = root_variable(dataset_id)
    value = os.environ.get(variable)
    if value:
        return expand_home(value), variable
    path = roots_file()
    own = own_datasets().get(dataset_id)
    folder = configured_roots().get(dataset_id) if own is None else own.root
    return None if folder is None else (path.parent / expand_home(folder), str(path))


class OwnDataset(StrictModel):
    """A table ``[datasets.NAME]``; paths are relative to ``mebench.toml``."""

    root: str = Field(min_length=1, description="The folder, in the generic layout.")
    protocol: str | None = Field(None, min_length=1, description="The file of its protocol.")
    title: str | None = Field(None, min_length=1, description="One line for people.")


def own_header(name: str) -> str:
    """Return the header of the table of a data set of the user."""
    return f"[datasets.{toml_key(name)}]"


def _table_instead(name: str, folder: str) -> str:
    # At the end: a header within a table would take over the lines after it.
    table = f"{own_header(name)} and below it root = {toml_value(folder)}"
    return f"remove the line, and write at the end of the file: {table}"


def own_datasets() -> dict[str, OwnDataset]:
    """Return the data sets of the user, by name.

    Raises
    ------
    UsageError
        ``dataset-name-taken``, ``roots-syntax``, or the problems of a table.
    """
    from mebench.formats.strict_json import json_pointer
    from mebench.formats.validate_model import validate_model

    path = roots_file()

    def place_of(name: str, keys: Sequence[str | int] = ()) -> Place:
        return Place(file=str(path), pointer=json_pointer(["datasets", name, *keys]))

    tables, findings = read_config_table(path, "datasets"), Findings()
    taken = {root_variable(name): name for name in reserved_ids()} if tables else {}
    own: dict[str, OwnDataset] = {}
    for name, table in tables.items():
        if not _is_usable(name):
            message = f"{name[:80]!r} cannot be the name of a data set."
            raise roots_syntax(path, message, _NAME_REMEDY)
        if not isinstance(table, dict):
            message = f"{name!r} under [datasets] is not a table."
            folder = table if isinstance(table, str) else "DIR"
            raise roots_syntax(path, message, f"Instead, {_table_instead(name, folder)}")
        other = taken.setdefault(root_variable(name), name)
        if other != name or name in reserved_ids():
            message = f"{name!r} cannot be the name of an own data set: there is {other!r} already."
            remedy = f"Choose another name. If you mean {other}, configure its folder in [roots]."
            if other not in reserved_ids():
                remedy = f"Choose another name: {root_variable(name)} would set both folders."
            raise UsageError.of("dataset-name-taken", message, remedy, place_of(name))
        found = validate_model(OwnDataset, table, findings, partial(place_of, name))
        if found is not None:
            own[name] = found
    if findings.has_errors:
        raise UsageError(findings.kept, findings.omitted)
    return own


_NAME_REMEDY = (
    "A name has no spaces, slashes, commas or equals signs, at most 100 characters, and does not "
    "begin with a hyphen or a dot."
)


def _is_usable(name: str) -> bool:
    """Return whether a name can be an argument, and a part of ``--root NAME=DIR``."""
    return (
        0 < len(name) <= 100
        and name.isprintable()
        and not set(name) & set(" =/\\,")
        and name[0] not in "-."
    )


def unknown_root(name: str, folder: str) -> UsageError:
    """Return the error for a line under ``[roots]`` whose name mebench does not know."""
    guess = did_you_mean(name, reserved_ids())
    message = f"[roots] names a folder for {name[:80]!r}, but mebench has no such data set.{guess}"
    remedy = f"Correct the name. If the data set is your own, {_table_instead(name, folder)}"
    return UsageError.of("roots-unknown", message, remedy, Place(file=str(roots_file())))


_ROOTS_REMEDY = 'Write one line per data set under [roots], such as casme2 = "/data/CASME2".'


def read_config_table(path: Path, name: str) -> dict[str, Any]:
    """Return a table of ``mebench.toml``; an empty one if the file or the table is missing."""
    import tomllib

    try:
        document = tomllib.loads(read_regular(path, follow_links=True).decode())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        message = f"The configuration file cannot be read: {error.strerror}."
        raise roots_syntax(path, message, "Check that you may read it.") from None
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        message = f"The configuration file is not valid TOML: {error}."
        raise roots_syntax(path, message) from None
    table = document.get(name, {})
    return table if isinstance(table, dict) else {name: table}


def roots_syntax(path: Path, message: str, remedy: str = _ROOTS_REMEDY) -> UsageError:
    """Return the error for an invalid ``mebench.toml``."""
    return UsageError.of("roots-syntax", message, remedy, Place(file=str(path)))


def configured_roots() -> dict[str, str]:
    """Return the table ``[roots]``: the folder of each data set."""
    path = roots_file()
    roots = read_config_table(path, "roots")
    for name, folder in roots.items():
        if not isinstance(folder, str) or not folder:
            message = f"The value of {name!r} under [roots] is not the path of a folder."
            raise roots_syntax(path, message)
    return roots
