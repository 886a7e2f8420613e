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
    """Return the nearest ``mebench.toml``, in the working folder or above it.

    Where there is none, the one that the working folder would have.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ROOTS_FILE).is_file():
            return folder / ROOTS_FILE
    return here / ROOTS_FILE


class ConfiguredPath(NamedTuple):
    """What the environment or the file of roots says of a data set.

    Attributes
    ----------
    folder : Path
        Where it lies; it need not exist.
    by : str
        The environment variable, or the file.
    """

    folder: Path
    by: str


def configured_folder(dataset_id: str) -> Path | None:
    """Return the folder that the environment or the file of roots gives to a data set.

    The folder need not exist. A file of roots that cannot be read gives none;
    :func:`roots_file_problem` says why.
    """
    said = configured_path(dataset_id)
    return None if said is None else said.folder


def configured_path(dataset_id: str) -> ConfiguredPath | None:
    """Return what :func:`configured_folder` returns, with who says so."""
    try:
        return _find_configured(dataset_id)
    except UsageError:
        return None


def roots_file_problem() -> UsageError | None:
    """Return what is wrong with the file of roots, if anything is."""
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
        What ``--root`` says; it comes first, then the environment, then the file of roots.

    Raises
    ------
    UsageError
        ``root-needed``, ``root-unreadable`` or ``roots-syntax``.
    """
    said = _find_configured(dataset_id) if given is None else ConfiguredPath(given, "--root")
    if said is None:
        raise UsageError.of(
            "root-needed",
            f"Where {dataset_id} lies on this machine is not known.",
            f"Pass --root DIR, set {root_variable(dataset_id)}=DIR, or write "
            f'`{dataset_id} = "DIR"` under `[roots]` into {roots_file()}.',
        )
    return check_readable(said.folder)


def check_readable(folder: Path) -> Path:
    """Return a folder, having seen that it is one and can be read.

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
    named = os.environ.get(variable)
    if named:
        return ConfiguredPath(Path(named).expanduser(), variable)
    path = roots_file()
    folder = _read_roots(path).get(dataset_id)
    return (
        None
        if folder is None
        else ConfiguredPath(path.parent / Path(folder).expanduser(), str(path))
    )


def read_config_table(path: Path, name: str) -> dict[str, Any]:
    """Return a table of ``mebench.toml``; of a file or a table that is not there, nothing.

    Parameters
    ----------
    path : Path
        Of :func:`roots_file`.
    name : str
        The table.

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
            "roots-syntax", f"The file of roots cannot be read: {error.strerror}.", "", place
        ) from None
    except (ValueError, RecursionError) as error:  # tomllib's own error is a ValueError
        raise UsageError.of(
            "roots-syntax",
            f"The file of roots is not valid TOML: {error}.",
            'A line each under [roots], such as casme2 = "/data/CASME2".',
            place,
        ) from None
    table = document.get(name, {})
    return table if isinstance(table, dict) else {name: table}


def _read_roots(path: Path) -> dict[str, str]:
    """Return the file of roots; a file that is not there is empty."""
    roots = read_config_table(path, "roots")
    for name, folder in roots.items():
        if not isinstance(folder, str) or not folder:
            raise UsageError.of(
                "roots-syntax",
                f"The file of roots gives {name!r} no folder.",
                'A line each under [roots], such as casme2 = "/data/CASME2".',
                Place(file=str(path)),
            )
    return roots
