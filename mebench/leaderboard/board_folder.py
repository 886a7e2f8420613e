"""The folder of a board, and the folder of all boards: paths and names of the files in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import Place, UsageError
from mebench.models.leaderboard import NAME_PATTERN
from mebench.models.protocol import Protocol
from mebench.protocols.loader import load_shipped_protocol, shipped_protocol_ids
from mebench.util.text import did_you_mean

PUBLISHED, SUBMISSIONS, ENTRIES, LOG = "published.toml", "submissions", "entries", "log.jsonl"

_NAME = re.compile(NAME_PATTERN)
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")  # not allowed as file names on Windows


@dataclass(frozen=True, slots=True)
class BoardFolder:
    """The folder of a board, which need not exist, and its protocol."""

    path: Path
    protocol: Protocol

    @property
    def id(self) -> str:
        """The protocol's id."""
        return self.protocol.id

    @property
    def published(self) -> Path:
        """The file of rows from the literature."""
        return self.path / PUBLISHED

    @property
    def log(self) -> Path:
        """The log of all changes of the board."""
        return self.path / LOG

    def submission(self, name: str) -> Path:
        """Return the prediction file of an entry."""
        return self.path / SUBMISSIONS / f"{name}.json"

    def entry(self, name: str) -> Path:
        """Return the file with the score of an entry."""
        return self.path / ENTRIES / f"{name}.json"

    def names(self) -> list[str]:
        """Return the names of entries, and of prediction files without an entry, sorted."""
        folders = (self.path / SUBMISSIONS, self.path / ENTRIES)
        names = {path.stem for folder in folders for path in folder.glob("*.json")}
        return sorted(name for name in names if not name.startswith("."))


def boards_root(given: Path | None) -> Path:
    """Return the folder of all boards, by default ``leaderboards`` in the working directory."""
    root = given if given is not None else Path("leaderboards")
    if not root.is_dir():
        raise UsageError.of(
            "boards-missing",
            f"The folder of leaderboards {root} does not exist.",
            "Pass --boards DIR, or create the folder.",
            Place(file=str(root)),
        )
    return root


def board_of(root: Path, protocol: str) -> BoardFolder:
    """Return the board of a protocol; its folder need not exist."""
    loaded = load_shipped_protocol(protocol)
    return BoardFolder(root / loaded.id, loaded)


def all_boards(root: Path) -> list[BoardFolder]:
    """Return the boards that are not empty, sorted by protocol id."""
    boards = []
    for path in sorted(root.iterdir()):
        name = path.name
        contents = (path / PUBLISHED, path / SUBMISSIONS, path / ENTRIES)
        if name.startswith(".") or not any(content.exists() for content in contents):
            continue
        if name not in shipped_protocol_ids():
            raise UsageError.of(
                "unknown-protocol",
                f"The folder name {name[:80]!r} is not the id of a protocol of this version."
                + did_you_mean(name, shipped_protocol_ids()),
                "Name the folder by protocol and version, such as casme2-str@1.",
                Place(file=str(path)),
            )
        boards.append(BoardFolder(path, load_shipped_protocol(name)))
    return boards


def checked_name(name: str) -> str:
    """Return the name of an entry if it is a valid file name on all systems."""
    if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
        raise UsageError.of(
            "bad-entry-name",
            f"{name[:80]!r} is not a valid name for an entry.",
            "Pass --name with at most 80 lower-case letters, digits, - and _; the first character "
            "is a letter or digit.",
        )
    return name


def name_from(text: str) -> str:
    """Return a name for an entry, made from the name of the system."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:70].strip("-") or "entry"
    return f"entry-{plain}" if _DEVICES.fullmatch(plain) else plain
