"""Add, remove and rescore entries of a board; each change adds a line to the log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mebench.diagnostics import UsageError
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.entry_preview import EntryPreview
from mebench.leaderboard.entry_storage import (
    append_log_line,
    digest_of_predictions,
    digest_of_rules,
    digest_of_score,
    latest_lines,
    new_log_line,
    read_entry,
    read_log,
    write_entry,
)
from mebench.leaderboard.scoring import require_truth, score_for_board
from mebench.models.leaderboard import LeaderboardEntry, LogLine
from mebench.models.report import Report
from mebench.util.atomic_write import write_bytes


def add(one: EntryPreview, reason: str) -> None:
    """Put a candidate on its board; interrupted, the same command again ends it.

    Raises
    ------
    UsageError
        ``bad-entry-text`` or ``cannot-write``.
    """
    line = score_log_line("add", one.entry, reason)
    write_bytes(one.board.submission(one.entry.name), one.content, with_folder=True)
    write_entry(one.board, one.entry)
    append_log_line(one.board, line)


def remove(board: BoardFolder, name: str, reason: str) -> None:
    """Take an entry off a board; the log keeps what it was.

    Raises
    ------
    UsageError
        ``entry-unknown`` or ``bad-entry-text``.
    """
    last = latest_lines(read_log(board))
    _known(board, name, last)
    before = last[name].signature if name in last else None
    line = new_log_line(action="remove", name=name, reason=reason, before=before)
    board.entry(name).unlink(missing_ok=True)
    board.submission(name).unlink(missing_ok=True)
    append_log_line(board, line)


def rescore(board: BoardFolder, name: str, truths: Mapping[str, Path], reason: str) -> Report:
    """Score an entry anew and keep what comes out, whatever the board said before.

    Raises
    ------
    MebenchError
        As :func:`~mebench.leaderboard.entry_preview.preview_entry`.
    UsageError
        ``entry-unknown``, ``truth-needed`` or ``bad-entry-text``.
    """
    last = latest_lines(read_log(board))
    _known(board, name, {})
    entry, kept = read_entry(board, name)
    score = score_for_board(
        board.submission(name), require_truth(board.protocol, truths), board.protocol
    )
    entry = entry.model_copy(
        update={
            "predictions": digest_of_predictions(board, name),
            "rules": digest_of_rules(board.protocol),
            "report": score.report.to_json(),
            "subjects": score.subjects,
        }
    )
    before = last[name].signature if name in last else kept.signature
    line = score_log_line("rescore", entry, reason, before)
    write_entry(board, entry)
    append_log_line(board, line)
    return score.report


def score_log_line(
    action: str, entry: LeaderboardEntry, reason: str, before: str | None = None
) -> LogLine:
    """Return the line on an entry that has a score from now on."""
    return new_log_line(
        action=action,
        name=entry.name,
        reason=reason,
        signature=entry.report["signature"],
        score=digest_of_score(entry),
        before=before,
    )


def _known(board: BoardFolder, name: str, last: Mapping[str, LogLine]) -> None:
    known = sorted({*board.names(), *last})
    if name not in known:
        from mebench.util.text import did_you_mean

        raise UsageError.of(
            "entry-unknown",
            f"{board.id} has no entry {name[:80]!r}.{did_you_mean(name, known)}",
            f"Its entries are {', '.join(known) or 'none'}.",
        )
