"""Entries of a board, read and written."""

from __future__ import annotations

import json
import re

from pydantic import ValidationError

from mebench.canonical import digest
from mebench.diagnostics import MebenchError, Place
from mebench.files import make_folder, to_json_text, write_text
from mebench.leaderboards.folders import BoardFolder
from mebench.records.board import SIGNATURE_PATTERN, LeaderboardEntry
from mebench.records.protocol import Protocol
from mebench.records.report import Report

DIGEST_LENGTH = 16


def read_entry(board: BoardFolder, name: str) -> tuple[LeaderboardEntry, Report]:
    """Return an entry and its kept report.

    Raises
    ------
    MebenchError
        ``entry-damaged``; ``entry-missing`` where there is a prediction file alone.
    """
    path = board.entry(name)
    place = Place(file=str(path))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entry = LeaderboardEntry.model_validate(content)
        report = Report.model_validate(entry.report)
        if entry.name != name:
            raise ValueError(f"it says that it is {entry.name}")
        if not re.fullmatch(SIGNATURE_PATTERN, report.signature):
            raise ValueError(f"{report.signature[:80]!r} is no signature")
    except FileNotFoundError:
        raise MebenchError.of(
            "entry-missing",
            f"{name} has a prediction file, and was never added to {board.id}.",
            "If adding it was interrupted, run the same command again; else move the file away, "
            f"and add it: mebench leaderboard add FILE --name {name}.",
            place,
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise MebenchError.of(
            "entry-damaged",
            f"The entry {name} cannot be read: {_error_text(error)[:200]}.",
            "Take it from the version control, or remove it and add the predictions anew.",
            place,
        ) from None
    return entry, report


def write_entry(board: BoardFolder, entry: LeaderboardEntry) -> None:
    """Write an entry."""
    path = board.entry(entry.name)
    make_folder(path.parent)
    write_text(path, to_json_text(entry.to_json()))


def digest_of_predictions(board: BoardFolder, name: str) -> str:
    """Return the digest of an entry's prediction file, whatever its spaces and line ends.

    Raises
    ------
    MebenchError
        ``predictions-unreadable``.
    """
    path = board.submission(name)
    try:
        return digest(json.loads(path.read_bytes()), DIGEST_LENGTH)
    except (OSError, ValueError, RecursionError) as error:
        raise MebenchError.of(
            "predictions-unreadable",
            f"The prediction file of {name} cannot be read: {_error_text(error)[:200]}.",
            "Take it from the version control, or remove the entry.",
            Place(file=str(path)),
        ) from None


def digest_of_content(content: bytes) -> str:
    """Return the digest of a prediction file's content, which is JSON."""
    return digest(json.loads(content), DIGEST_LENGTH)


def digest_of_score(entry: LeaderboardEntry) -> str:
    """Return the digest of an entry's report and counts, for the log."""
    return digest([entry.report, [one.to_json() for one in entry.subjects]], DIGEST_LENGTH)


def digest_of_rules(protocol: Protocol) -> str:
    """Return the digest of a protocol's rules; fields at their defaults do not count.

    A later mebench may know more fields, and leaves them at their defaults for this protocol.
    """
    described = {"title", "description"}
    return digest(
        protocol.model_dump(mode="json", exclude=described, exclude_defaults=True), DIGEST_LENGTH
    )


def _error_text(error: Exception) -> str:
    """Return an error in words without the path, which differs between machines."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
