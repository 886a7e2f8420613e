"""Which file of a folder is the sheet: data sets are passed on under many names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from mebench.datasets.sheets.workbook import SHEET_SUFFIXES
from mebench.diagnostics import Findings, Place
from mebench.suggest import did_you_mean


def find_sheet(
    folders: Sequence[Path], patterns: Sequence[str], what: str, findings: Findings
) -> Path | None:
    """Find the one file that has a name of the sheet.

    Parameters
    ----------
    folders : sequence of Path
        Where to look, not below; those that do not exist are passed over.
    patterns : sequence of str
        Names, with ``*`` and ``?``; capitals make no difference.
    what : str
        What it holds, for messages: ``the annotations of CASME II``.
    findings : Findings
        Takes in ``sheet-missing``, ``sheet-ambiguous``, ``sheet-link-broken``, and
        ``sheet-unreadable`` for a folder that cannot be listed.

    Returns
    -------
    Path or None
        None if there is no such file, or more than one.
    """
    found: dict[Path, Path] = {}
    others: list[str] = []
    errors = findings.error_count
    for path in _visible_files(folders, findings):
        if not any(
            fnmatchcase(_normalize_name(path.name), _normalize_name(one)) for one in patterns
        ):
            if path.suffix.casefold() in SHEET_SUFFIXES:
                others.append(path.name)
        elif (target := _resolve_link(path)) is None:
            findings.error(
                "sheet-link-broken",
                f"This link has the name of the sheet with {what}, and leads nowhere.",
                "Point it to the file, or put the file in its place.",
                Place(file=str(path)),
            )
        elif target.is_file():
            found.setdefault(target, path)  # one file on two ways is one file
    if not found:
        if findings.error_count == errors:  # else it may lie where nobody can look
            _report_missing(folders, patterns, what, others, findings)
        return None
    paths = sorted(found.values(), key=str)
    if len(paths) > 1:
        findings.error(
            "sheet-ambiguous",
            f"There are {len(paths)} sheets with {what}: {', '.join(map(str, paths))[:400]}.",
            "Remove or rename all but the one that is meant.",
            Place(file=str(paths[0])),
        )
        return None
    return paths[0]


def _visible_files(folders: Sequence[Path], findings: Findings) -> Iterator[Path]:
    """Yield what lies in the folders, but for what programs leave there: ``~$a``, ``._a``."""
    for folder in dict.fromkeys(folders):
        try:
            inside = sorted(folder.iterdir()) if folder.is_dir() else []
            files = [one for one in inside if not one.is_dir()]
        except OSError as error:
            findings.error(
                "sheet-unreadable",
                f"The folder cannot be looked into: {error.strerror}.",
                "Check that you may read it.",
                Place(file=str(folder)),
            )
        else:
            yield from (one for one in files if not one.name.startswith(("~$", ".")))


def _resolve_link(path: Path) -> Path | None:
    """Return what a path leads to; None for a link to nothing or in a circle."""
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError):
        return None


def _normalize_name(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _report_missing(
    folders: Sequence[Path],
    patterns: Sequence[str],
    what: str,
    others: Sequence[str],
    findings: Findings,
) -> None:
    guesses = (did_you_mean(one.replace("*", ""), others) for one in patterns)
    places = " or ".join(str(one) for one in folders)
    findings.error(
        "sheet-missing",
        f"There is no sheet with {what} in {places[:400]}.{next(filter(None, guesses), '')}",
        f"It is known under the names {', '.join(patterns)}.",
        Place(file=str(folders[0]) if folders else None),
    )
