"""The log of a board: a line for everything that was done to it, and why.

What a board shows of a submission has to be what the log says was last put there. So the log is
also what an interrupted command, or a file changed by hand, is noticed by.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from mebench.diagnostics import MebenchError, Place
from mebench.files import make_folder, write_text
from mebench.leaderboards.folders import BoardFolder
from mebench.leaderboards.limits import validated
from mebench.records.board import LogLine


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
