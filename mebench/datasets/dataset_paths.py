"""Folders of data sets: ``--root``, the environment, or ``[roots]`` in ``mebench.toml``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mebench.diagnostics import Place, UsageError
from mebench.util.regular_file import read_regular
from mebench.util.system import expand_home

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
        _read_roots(roots_file())
    except UsageError as error:
        return error
    return None


def root_of(dataset_id: str, given: Path | None = None) -> Path:
    """Return the folder of a data set: of ``--root``, the environment, or ``mebench.toml``."""
    configured = (given, "--root") if given is not None else _find_configured(dataset_id)
    if configured is None:
        remedy = (
            f"Pass --root DIR, set {root_variable(dataset_id)}=DIR, or write "
            f'`{dataset_id} = "DIR"` under `[roots]` into {roots_file()}.'
        )
        message = f"No folder is configured for data set {dataset_id}."
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
    folder = _read_roots(path).get(dataset_id)
    return None if folder is None else (path.parent / expand_home(folder), str(path))


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


def _read_roots(path: Path) -> dict[str, str]:
    """Return the table ``[roots]``: the folder of each data set."""
    roots = read_config_table(path, "roots")
    for name, folder in roots.items():
        if not isinstance(folder, str) or not folder:
            message = f"The value of {name!r} under [roots] is not the path of a folder."
            raise roots_syntax(path, message)
    return roots
