"""Folders of data sets: ``--root``, the environment, or ``[roots]`` in ``mebench.toml``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from mebench.diagnostics import Place, UsageError

ROOTS_FILE = "mebench.toml"


def root_variable(dataset_id: str) -> str:
    """Return the environment variable that names a data set's folder."""
    return f"MEBENCH_ROOT_{dataset_id.upper().replace('-', '_')}"


def roots_file() -> Path:
    """Return the path of the nearest ``mebench.toml``, in the working folder or above it.

    If there is none, return the path that it would have in the working folder.
    """
    working_folder = Path.cwd()
    for folder in (working_folder, *working_folder.parents):
        if (folder / ROOTS_FILE).is_file():
            return folder / ROOTS_FILE
    return working_folder / ROOTS_FILE


class ConfiguredPath(NamedTuple):
    """The folder that is configured for a data set.

    Attributes
    ----------
    folder : Path
        The folder; it need not exist.
    by : str
        What names it: the environment variable, or the configuration file.
    """

    folder: Path
    by: str


def configured_folder(dataset_id: str) -> Path | None:
    """Return the folder that is configured for a data set, whether or not it exists.

    If ``mebench.toml`` cannot be read, return None; :func:`roots_file_problem` returns the reason.
    """
    configured = configured_path(dataset_id)
    return None if configured is None else configured.folder


def configured_path(dataset_id: str) -> ConfiguredPath | None:
    """Return what :func:`configured_folder` returns, with what names the folder."""
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
    """Return the folder of a data set.

    Parameters
    ----------
    dataset_id : str
        The data set.
    given : Path, optional
        The folder given with ``--root``; otherwise the environment variable decides, then
        ``mebench.toml``.

    Raises
    ------
    UsageError
        ``root-needed``, ``root-unreadable`` or ``roots-syntax``.
    """
    folder = given
    if folder is None and (configured := _find_configured(dataset_id)) is not None:
        folder = configured.folder
    if folder is None:
        raise UsageError.of(
            "root-needed",
            f"No folder is configured for data set {dataset_id}.",
            f"Pass --root DIR, set {root_variable(dataset_id)}=DIR, or write "
            f'`{dataset_id} = "DIR"` under `[roots]` into {roots_file()}.',
        )
    return check_readable(folder)


def check_readable(folder: Path) -> Path:
    """Return a folder if it exists and can be listed.

    Raises
    ------
    UsageError
        ``root-unreadable``.
    """
    try:
        with os.scandir(folder):
            return folder
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError.of(
            "root-unreadable",
            f"The folder of the data set cannot be read: {reason}.",
            "Name an existing folder.",
            Place(file=str(folder)),
        ) from None


def _find_configured(dataset_id: str) -> ConfiguredPath | None:
    variable = root_variable(dataset_id)
    value = os.environ.get(variable)
    if value:
        return ConfiguredPath(Path(value).expanduser(), variable)
    path = roots_file()
    folder = _read_roots(path).get(dataset_id)
    if folder is None:
        return None
    return ConfiguredPath(path.parent / Path(folder).expanduser(), str(path))


def read_config_table(path: Path, name: str) -> dict[str, Any]:
    """Return a table of ``mebench.toml``; an empty one if the file or the table is missing.

    Parameters
    ----------
    path : Path
        The file, from :func:`roots_file`.
    name : str
        Name of the table.

    Raises
    ------
    UsageError
        ``roots-syntax``.
    """
    import tomllib

    place = Place(file=str(path))
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise UsageError.of(
            "roots-syntax",
            f"The configuration file cannot be read: {error.strerror}.",
            "Check that you may read it.",
            place,
        ) from None
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        raise UsageError.of(
            "roots-syntax",
            f"The configuration file is not valid TOML: {error}.",
            'Write one line per data set under [roots], such as casme2 = "/data/CASME2".',
            place,
        ) from None
    table = document.get(name, {})
    return table if isinstance(table, dict) else {name: table}


def _read_roots(path: Path) -> dict[str, str]:
    """Return the table ``[roots]``: the folder of each data set."""
    roots = read_config_table(path, "roots")
    for name, folder in roots.items():
        if not isinstance(folder, str) or not folder:
            raise UsageError.of(
                "roots-syntax",
                f"The value of {name!r} under [roots] is not the path of a folder.",
                'Write one line per data set under [roots], such as casme2 = "/data/CASME2".',
                Place(file=str(path)),
            )
    return roots
