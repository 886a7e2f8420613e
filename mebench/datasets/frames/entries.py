"""What a folder holds, as data sets are looked through: in order, links followed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from mebench.diagnostics import Findings, Place


def is_hidden(name: str) -> bool:
    """Tell whether an entry is hidden."""
    return name.startswith(".")


def entries(
    folder: Path, findings: Findings | None = None, skip: Callable[[str], bool] = is_hidden
) -> list[os.DirEntry[str]]:
    """Return what a folder holds, in alphabetical order; one that is not there holds nothing.

    Parameters
    ----------
    folder : Path
        The folder.
    findings : Findings, optional
        Takes in that it cannot be read; without it, there is nothing in it.
    skip : callable
        Tells by its name whether an entry is passed over.
    """
    try:
        with os.scandir(folder) as found:
            return sorted((one for one in found if not skip(one.name)), key=lambda one: one.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        if findings is not None:
            findings.error(
                "video-unreadable",
                f"The folder cannot be read: {error.strerror}.",
                "Check that you may read it.",
                Place(file=str(folder)),
            )
        return []


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is a folder or leads to one."""
    try:
        return entry.is_dir()
    except OSError:  # a link that leads back to itself
        return False
