"""Spreadsheets that the user names: ``--sheet``, the environment, or ``[sheets]``.

``[sheets]`` is a table of ``mebench.toml``; its keys are ``ID`` or ``ID/ROLE``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from mebench.datasets.dataset_paths import read_config_table, roots_file, roots_syntax
from mebench.datasets.registry import adapter_ids
from mebench.diagnostics import Place, UsageError
from mebench.util.system import expand_home
from mebench.util.text import did_you_mean

VARIABLE = "MEBENCH_SHEETS"
"""Environment variable: a line ``ID/ROLE=FILE`` per sheet; worker processes inherit it."""

MAIN = "annotations"
"""The role of a data set's main sheet, which need not be written."""


def given_sheet(dataset: str, role: str) -> Path | None:
    """Return the file that the user names for a sheet of a data set, if any.

    Raises
    ------
    UsageError
        If the file does not exist.
    """
    given = _in_environment().get(f"{dataset}/{role}")
    if given is None:
        file = roots_file()
        table = read_config_table(file, "sheets")
        given = table.get(f"{dataset}/{role}", table.get(dataset) if role == MAIN else None)
        if given is None:
            return None
        if not isinstance(given, str) or not given:
            message = f"The value of {dataset!r} under [sheets] is not the path of a file."
            remedy = 'Write lines such as casme2 = "/data/sheet.xlsx" or "sammlv/facs" = "FILE".'
            raise roots_syntax(file, message, remedy)
        given = str(file.parent / expand_home(given))
    path = expand_home(given)
    if not path.is_file():
        what = "is not a file" if path.exists() else "does not exist"
        message = f"The sheet that was named for {dataset} ({role}) {what}."
        raise UsageError.of(
            "sheet-not-found", message, "Name an existing file.", Place(file=str(path))
        )
    return path


def name_sheets(texts: Iterable[str], dataset: str, roles: Sequence[str]) -> None:
    """Set the sheets of ``--sheet FILE`` or ``ROLE=FILE``, for this process and its workers."""
    named = _in_environment()
    for text in texts:
        role, equals, file = text.partition("=")
        if not equals or Path(text).is_file():
            role, file = MAIN, text
        if not file:
            raise UsageError.of("bad-sheet", "--sheet names no file.", "Write --sheet FILE.")
        if role not in roles:
            guess = did_you_mean(role, roles)
            listed = ", ".join(roles) or "no sheet"
            message = f"--sheet {text[:200]!r}: {dataset} has {listed}, not {role[:80]!r}.{guess}"
            raise UsageError.of("bad-sheet", message, "Write --sheet FILE or --sheet ROLE=FILE.")
        named[f"{dataset}/{role}"] = str(expand_home(file).absolute())
    if named:
        pairs = (f"{key}={file}" for key, file in named.items())
        os.environ[VARIABLE] = "\n".join(pairs)


def _in_environment() -> dict[str, str]:
    texts = os.environ.get(VARIABLE, "").splitlines()
    pairs = (text.partition("=") for text in texts)
    return {key: file for key, equals, file in pairs if equals}


def check_sheet_config(dataset: str, roles: Sequence[str]) -> None:
    """Reject unknown data sets and roles under ``[sheets]``: a typing error would be ignored."""
    file = roots_file()
    for key in read_config_table(file, "sheets"):
        name, _, role = key.partition("/")
        if name not in adapter_ids():
            guess = did_you_mean(name, adapter_ids())
            message = f"[sheets] names {key[:80]!r}, but there is no such data set.{guess}"
            raise roots_syntax(file, message, 'Write lines such as casme2 = "FILE".')
        if name == dataset and (role or MAIN) not in roles:
            message = f"[sheets] names {key[:80]!r}, but the sheets of {dataset} are: "
            message += f"{', '.join(roles) or 'none'}.{did_you_mean(role, roles)}"
            raise roots_syntax(file, message, f'Write lines such as "{dataset}/ROLE" = "FILE".')
