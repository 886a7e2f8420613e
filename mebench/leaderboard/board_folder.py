"""The folder of a board, and the folder of all boards: paths and names of the files in it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Place, UsageError
from mebench.models.leaderboard import NAME_PATTERN
from mebench.models.protocol import Protocol
from mebench.protocols.loader import load_shipped_protocol, shipped_protocol_ids
from mebench.util.text import did_you_mean

BOARDS = "leaderboards"
PUBLISHED, SUBMISSIONS, ENTRIES, LOG = "published.toml", "submissions", "entries", "log.jsonl"

_NAME = re.compile(NAME_PATTERN)
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")  # no file on Windows may be called so


@dataclass(frozen=True, slots=True)
class BoardFolder:
    """The folder of a board.

    Attributes
    ----------
    path : Path
        The folder; it need not exist.
    protocol : Protocol
        The protocol.
    """

    path: Path
    protocol: Protocol

    @property
    def id(self) -> str:
        """The protocol's id."""
        return self.protocol.id

    @property
    def published(self) -> Path:
        """The rows of the literature."""
        return self.path / PUBLISHED

    @property
    def log(self) -> Path:
        """What was done to the board."""
        return self.path / LOG

    def submission(self, name: str) -> Path:
        """Return the prediction file of an entry."""
        return self.path / SUBMISSIONS / f"{name}.json"

    def entry(self, name: str) -> Path:
        """Return the file of what is kept of an entry."""
        return self.path / ENTRIES / f"{name}.json"

    def names(self) -> list[str]:
        """Return the entries in alphabetical order, prediction files without one among them."""
        folders = (self.path / SUBMISSIONS, self.path / ENTRIES)
        found = {path.stem for folder in folders for path in folder.glob("*.json")}
        return sorted(one for one in found if not one.startswith("."))


def boards_root(given: Path | None) -> Path:
    """Return the folder of all boards.

    Parameters
    ----------
    given : Path, optional
        What ``--boards`` says; left out, ``leaderboards`` in the working folder.

    Raises
    ------
    UsageError
        ``boards-missing``.
    """
    root = given if given is not None else Path(BOARDS)
    if not root.is_dir():
        raise UsageError.of(
            "boards-missing",
            f"There is no folder of leaderboards at {root}.",
            "Name it by --boards DIR; any folder will do to begin one.",
            Place(file=str(root)),
        )
    return root


def board_of(root: Path, protocol: str) -> BoardFolder:
    """Return the board of a protocol, whose folder may not be there yet.

    Raises
    ------
    UsageError
        ``unknown-protocol``.
    """
    found = load_shipped_protocol(protocol)
    return BoardFolder(root / found.id, found)


def all_boards(root: Path) -> list[BoardFolder]:
    """Return the boards that have something in them, in the order of their protocols' ids.

    Raises
    ------
    UsageError
        ``unknown-protocol`` for a folder with rows or submissions that no protocol is named after.
    """
    found = []
    with os.scandir(root) as entries:
        names = sorted(one.name for one in entries if one.is_dir() and not one.name.startswith("."))
    for name in names:
        path = root / name
        if not any((path / one).exists() for one in (PUBLISHED, SUBMISSIONS, ENTRIES)):
            continue
        if name not in shipped_protocol_ids():
            raise UsageError.of(
                "unknown-protocol",
                f"The folder {name[:80]!r} is named after no protocol of this version."
                + did_you_mean(name, shipped_protocol_ids()),
                "A board is called like its protocol, with the version: casme2-str@1.",
                Place(file=str(path)),
            )
        found.append(BoardFolder(path, load_shipped_protocol(name)))
    return found


def checked_name(name: str) -> str:
    """Return the name of an entry, having seen that it can be a file's on any system.

    Raises
    ------
    UsageError
        ``bad-entry-name``.
    """
    if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
        raise UsageError.of(
            "bad-entry-name",
            f"{name[:80]!r} cannot name an entry.",
            "Small letters, digits, - and _, at most 80, beginning with a letter or digit: --name.",
        )
    return name


def name_from(text: str) -> str:
    """Return a name for an entry from what the submission calls its system."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:70].strip("-") or "entry"
    return f"entry-{plain}" if _DEVICES.fullmatch(plain) else plain
