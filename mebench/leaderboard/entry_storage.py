"""Entries of a board and its log, read and written.

The log has one line for every change of a board, with the reason. A board shows a submission only
if its entry agrees with its latest line in the log, so an interrupted command or a file changed
by hand is detected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.leaderboard.board_folder import BoardFolder
from mebench.models.base import StrictModel
from mebench.models.leaderboard import SIGNATURE_PATTERN, LeaderboardEntry, LogLine
from mebench.models.protocol import Protocol
from mebench.models.report import Report
from mebench.util.atomic_write import make_folder, to_json_text, write_text
from mebench.util.hashing import digest

RecordT = TypeVar("RecordT", bound=StrictModel)


def validated(model: type[RecordT], **fields: Any) -> RecordT:
    """Build a record from what a command was given.

    Raises
    ------
    UsageError
        ``bad-entry-text``.
    """
    try:
        return model(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "entry"
        raise UsageError.of(
            "bad-entry-text",
            f"The {name} cannot be kept: {first['msg'].lower()}.",
            "Names and reasons are texts of some words; a caveat is a sentence or two.",
        ) from None


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


def read_log(board: BoardFolder) -> list[LogLine]:
    """Return the log, the oldest line first.

    Raises
    ------
    MebenchError
        ``log-damaged``.
    """
    if not board.log.exists():
        return []
    try:
        # Not splitlines(): a reason may hold a character that Unicode calls a line's end.
        lines = board.log.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, ValueError) as error:
        raise _damaged(board, getattr(error, "strerror", None) or str(error), None) from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(LogLine.model_validate_json(line))
        except ValueError as error:
            raise _damaged(board, str(error).splitlines()[0], number) from None
    return found


def new_log_line(**line: Any) -> LogLine:
    """Return a line for the log.

    Raises
    ------
    UsageError
        ``bad-entry-text`` for a reason that is empty or too long.
    """
    return validated(LogLine, date=f"{datetime.now(UTC):%Y-%m-%d}", **line)


def append_log_line(board: BoardFolder, line: LogLine) -> None:
    """Add a line to the log."""
    lines = [*read_log(board), line]
    make_folder(board.path)
    text = "".join(f"{json.dumps(one.to_json(), ensure_ascii=False)}\n" for one in lines)
    write_text(board.log, text)


def latest_lines(lines: Sequence[LogLine]) -> dict[str, LogLine]:
    """Return the last word on each entry that the log has on the board, the oldest first."""
    found: dict[str, LogLine] = {}
    for line in lines:
        found.pop(line.name, None)
        if line.action != "remove":
            found[line.name] = line
    return found


def _damaged(board: BoardFolder, why: str, line: int | None) -> MebenchError:
    return MebenchError.of(
        "log-damaged",
        f"The log cannot be read: {why[:200]}.",
        "Take it from the version control.",
        Place(file=str(board.log), line=line),
    )
