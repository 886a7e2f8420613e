"""Read and write the entries of a board and its log.

The log has one line per change of the board, with the reason. A board shows a submission only
if its entry agrees with its latest line in the log, so an interrupted command or a file changed
by hand is detected.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.leaderboard.board_folder import BoardFolder
from mebench.models.base import StrictModel
from mebench.models.leaderboard import SIGNATURE_PATTERN, LeaderboardEntry, LogLine
from mebench.models.protocol import Protocol
from mebench.models.report import Report
from mebench.util.atomic_write import to_json_text, write_bytes
from mebench.util.hashing import digest

RecordT = TypeVar("RecordT", bound=StrictModel)


def validated(model: type[RecordT], **fields: Any) -> RecordT:
    """Build a record from the options of a command; ``bad-entry-text`` if one is not valid."""
    try:
        return model(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "entry"
        raise UsageError.of(
            "bad-entry-text",
            f"The {name} is not valid: {first['msg'].lower()}.",
            "Use a few words for names and reasons, and one or two sentences for a caveat.",
        ) from None


DIGEST_LENGTH = 16


def read_entry(board: BoardFolder, name: str) -> tuple[LeaderboardEntry, Report]:
    """Return an entry and its stored report.

    Raises ``entry-damaged``; ``entry-missing`` if there is only a prediction file.
    """
    path = board.entry(name)
    place = Place(file=str(path))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entry = LeaderboardEntry.model_validate(content)
        report = Report.model_validate(entry.report)
        if entry.name != name:
            raise ValueError(f"its name is {entry.name}")
        if not re.fullmatch(SIGNATURE_PATTERN, report.signature):
            raise ValueError(f"{report.signature[:80]!r} is not a signature")
    except FileNotFoundError:
        raise MebenchError.of(
            "entry-missing",
            f"{name} has a prediction file, but was not added to the board {board.id}.",
            "If the command was interrupted, run it again. Otherwise move the file to another "
            f"folder and add it: mebench leaderboard add FILE --name {name}.",
            place,
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise MebenchError.of(
            "entry-damaged",
            f"The entry {name} cannot be read: {_error_text(error)[:200]}.",
            "Restore it from version control, or remove it and add the predictions again.",
            place,
        ) from None
    return entry, report


def write_entry(board: BoardFolder, entry: LeaderboardEntry) -> None:
    """Write an entry."""
    content = to_json_text(entry.to_json()).encode()
    write_bytes(board.entry(entry.name), content, with_folder=True)


def digest_of_predictions(board: BoardFolder, name: str) -> str:
    """Return the digest of the prediction file of an entry; or ``predictions-unreadable``."""
    path = board.submission(name)
    try:
        return digest_of_content(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise MebenchError.of(
            "predictions-unreadable",
            f"The prediction file of {name} cannot be read: {_error_text(error)[:200]}.",
            "Restore it from version control, or remove the entry.",
            Place(file=str(path)),
        ) from None


def digest_of_content(content: bytes) -> str:
    """Return the digest of the JSON data of a prediction file."""
    return digest(json.loads(content), DIGEST_LENGTH)


def digest_of_score(entry: LeaderboardEntry) -> str:
    """Return the digest of the report and counts of an entry, for the log."""
    return digest([entry.report, [subject.to_json() for subject in entry.subjects]], DIGEST_LENGTH)


def digest_of_rules(protocol: Protocol) -> str:
    """Return the digest of the rules of a protocol, without fields at their defaults.

    A later version may add fields; for this protocol they have their defaults.
    """
    described = {"title", "description"}
    return digest(
        protocol.model_dump(mode="json", exclude=described, exclude_defaults=True), DIGEST_LENGTH
    )


def _error_text(error: Exception) -> str:
    """Return the text of an error without the path, which differs between machines."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def read_log(board: BoardFolder) -> list[LogLine]:
    """Return the log, the oldest line first; ``log-damaged`` if it cannot be read."""
    if not board.log.exists():
        return []
    texts: list[str] = []
    lines: list[LogLine] = []
    try:
        # Not splitlines(): a reason may contain other Unicode line separators.
        texts = board.log.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for text in texts:
            lines.append(LogLine.model_validate_json(text))  # noqa: PERF401 (counts the lines)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise MebenchError.of(
            "log-damaged",
            f"The log cannot be read: {reason[:200]}.",
            "Restore it from version control.",
            Place(file=str(board.log), line=len(lines) + 1 if texts else None),
        ) from None
    return lines


def new_log_line(**line: Any) -> LogLine:
    """Return a log line with the date of today; ``bad-entry-text`` for an invalid reason."""
    return validated(LogLine, date=f"{datetime.now(UTC):%Y-%m-%d}", **line)


def append_log_line(board: BoardFolder, new: LogLine) -> None:
    """Add a line to the log."""
    lines = [*read_log(board), new]
    text = "".join(f"{json.dumps(line.to_json(), ensure_ascii=False)}\n" for line in lines)
    write_bytes(board.log, text.encode(), with_folder=True)


def latest_lines(board: BoardFolder) -> dict[str, LogLine]:
    """Return the latest line on each entry that is on the board, the oldest first."""
    latest: dict[str, LogLine] = {}
    for line in read_log(board):
        latest.pop(line.name, None)
        if line.action != "remove":
            latest[line.name] = line
    return latest
