"""The folder of a board: its files, its entries and its log; and the folder of all boards.

The log has one line per change of the board, with the reason. A board shows a submission only
if its entry agrees with its latest line in the log, so an interrupted command or a file changed
by hand is detected. A folder can come from somebody else: names in it are confined to the folder of
the board, and links, pipes and devices are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any, TypeVar

from pydantic import ValidationError

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.find_metrics import NamedMetric, find_metrics
from mebench.models.base import StrictModel
from mebench.models.leaderboard import (
    NAME_PATTERN,
    SIGNATURE_PATTERN,
    BoardSettings,
    LeaderboardEntry,
    LogLine,
)
from mebench.models.protocol import Protocol
from mebench.models.report import Report
from mebench.util.atomic_write import cannot_write, remove_stale_files, to_json_text, write_bytes
from mebench.util.hashing import digest
from mebench.util.regular_file import IrregularFileError, check_folder, check_regular, read_regular

PUBLISHED, SUBMISSIONS, ENTRIES, LOG = "published.toml", "submissions", "entries", "log.jsonl"
PROTOCOL, SETTINGS = "protocol.toml", "board.toml"
LOCK = ".lock"
LOCK_SECONDS = 60
"""How long a command waits for another one that changes the same boards."""

DIGEST_LENGTH = 16

_NAME = re.compile(NAME_PATTERN)
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")  # not allowed as file names on Windows


@dataclass(frozen=True, slots=True)
class BoardFolder:
    """The folder of a board, which need not exist, with its protocol and settings.

    ``new_protocol`` is the file of one's own protocol, which ``add`` writes into the folder.
    """

    path: Path
    protocol: Protocol
    settings: BoardSettings = field(default_factory=BoardSettings)
    new_protocol: bytes | None = None

    @property
    def id(self) -> str:
        """The protocol's id."""
        return self.protocol.id

    @property
    def title(self) -> str:
        """The title of the board, on one line."""
        return self.settings.title or self.protocol.title

    @property
    def text(self) -> str:
        """What the board says about itself."""
        return (self.settings.text or self.protocol.description).strip()

    @property
    def metrics(self) -> tuple[NamedMetric, ...]:
        """The metrics that the settings name; ``unknown-metric`` if one is not installed."""
        return find_metrics(self.settings.metrics, Place(file=str(self.path / SETTINGS)))

    @property
    def options(self) -> ScoringOptions:
        """The options with which entries are scored."""
        return ScoringOptions(metrics=self.metrics)

    @property
    def published(self) -> Path:
        """The file of rows from the literature."""
        return self.path / PUBLISHED

    @property
    def log(self) -> Path:
        """The log of all changes of the board."""
        return self.path / LOG

    def submission(self, name: str) -> Path:
        """Return the prediction file of an entry; ``bad-entry-name`` if it is no such name."""
        return self.path / SUBMISSIONS / f"{checked_name(name)}.json"

    def entry(self, name: str) -> Path:
        """Return the file with the score of an entry; ``bad-entry-name`` if it is no such name."""
        return self.path / ENTRIES / f"{checked_name(name)}.json"

    def names(self) -> list[str]:
        """Return the names of entries, and of prediction files without an entry, sorted."""
        folders = (self.path / SUBMISSIONS, self.path / ENTRIES)
        names = {path.stem for folder in folders for path in folder.glob("*.json")}
        return sorted(name for name in names if not name.startswith("."))

    def check_files(self, findings: Findings) -> None:
        """Report links, pipes and devices; those of single entries are found when they are read."""
        folders = (self.path, self.path / SUBMISSIONS, self.path / ENTRIES)
        try:
            for folder in folders:
                check_folder(folder)
        except IrregularFileError as error:
            findings.add(error.as_diagnostic("The folder cannot be used"))
            return
        for file in (self.published, self.log, self.path / PROTOCOL, self.path / SETTINGS):
            try:
                check_regular(file)
            except IrregularFileError as error:
                findings.add(error.as_diagnostic())

    def remove_stale_files(self) -> None:
        """Remove incomplete files that killed commands left."""
        for folder in (self.path, self.path / SUBMISSIONS, self.path / ENTRIES):
            remove_stale_files(folder)


@contextmanager
def lock_boards(root: Path) -> Iterator[None]:
    """Wait until no other command changes the boards of a folder, and keep others waiting."""
    from filelock import FileLock, Timeout

    lock = FileLock(root / LOCK, timeout=LOCK_SECONDS)
    try:
        check_regular(root / LOCK)
        lock.acquire()
    except Timeout:
        raise UsageError.of(
            "boards-locked",
            "Another command is changing the boards of this folder.",
            "Wait until it has ended.",
            Place(file=str(root)),
        ) from None
    except OSError as error:
        raise cannot_write(root / LOCK, error) from None
    try:
        yield
    finally:
        lock.release()


def checked_name(name: str) -> str:
    """Return the name of an entry if it is a valid file name on all systems."""
    if not _NAME.fullmatch(name) or _DEVICES.fullmatch(name):
        raise UsageError.of(
            "bad-entry-name",
            f"{name[:80]!r} is not a valid name for an entry.",
            "Use at most 80 lower-case letters, digits, - and _ as --name or as name of the file; "
            "the first character is a letter or digit.",
        )
    return name


def name_from(text: str) -> str:
    """Return a name for an entry, made from the name of the system."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:70].strip("-") or "entry"
    return f"entry-{plain}" if _DEVICES.fullmatch(plain) else plain


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


def read_entry(board: BoardFolder, name: str) -> tuple[LeaderboardEntry, Report]:
    """Return an entry and its stored report.

    Raises ``entry-damaged``; ``entry-missing`` if there is only a prediction file.
    """
    path = board.entry(name)
    place = Place(file=str(path))
    try:
        content = json.loads(read_regular(path))
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
            f"folder and add it: mebench leaderboard add FILE --name {quote(name)}.",
            place,
        ) from None
    except IrregularFileError as error:
        raise MebenchError([error.as_diagnostic()]) from None
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
        return digest_of_content(read_regular(path))
    except IrregularFileError as error:
        raise MebenchError([error.as_diagnostic()]) from None
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
    texts: list[str] = []
    lines: list[LogLine] = []
    try:
        # Not splitlines(): a reason may contain other Unicode line separators.
        texts = read_regular(board.log).decode().removesuffix("\n").split("\n")
        for text in texts:
            lines.append(LogLine.model_validate_json(text))  # noqa: PERF401 (counts the lines)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        reason = _error_text(error)
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
    """Add a line to the log; only within :func:`lock_boards`."""
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
