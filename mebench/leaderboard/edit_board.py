"""Add, remove and rescore entries of a board; each change adds a line to the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from mebench.leaderboard.score_entry import require_truth, score_for_board
from mebench.models.leaderboard import LeaderboardEntry, LogLine
from mebench.models.report import Report
from mebench.util.atomic_write import write_bytes
from mebench.util.text import did_you_mean


def add(preview: EntryPreview, reason: str) -> None:
    """Add an entry to its board; if interrupted, run the same command again.

    Raises
    ------
    UsageError
        ``bad-entry-text`` or ``cannot-write``.
    """
    line = score_log_line("add", preview.entry, reason)
    write_bytes(preview.board.submission(preview.entry.name), preview.content, with_folder=True)
    write_entry(preview.board, preview.entry)
    append_log_line(preview.board, line)


def remove(board: BoardFolder, name: str, reason: str) -> None:
    """Remove an entry from a board; the log keeps its signature.

    Raises
    ------
    UsageError
        ``entry-unknown`` or ``bad-entry-text``.
    """
    latest = latest_lines(read_log(board))
    _check_known(board, {*board.names(), *latest}, name)
    before = latest[name].signature if name in latest else None
    line = new_log_line(action="remove", name=name, reason=reason, before=before)
    board.entry(name).unlink(missing_ok=True)
    board.submission(name).unlink(missing_ok=True)
    append_log_line(board, line)


def rescore(board: BoardFolder, name: str, truths: Mapping[str, Path], reason: str) -> Report:
    """Score an entry again and store the result, whatever was stored before.

    Raises
    ------
    MebenchError
        As for :func:`~mebench.leaderboard.entry_preview.preview_entry`.
    UsageError
        ``entry-unknown``, ``truth-needed`` or ``bad-entry-text``.
    """
    latest = latest_lines(read_log(board))
    _check_known(board, board.names(), name)
    entry, stored = read_entry(board, name)
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
    before = latest[name].signature if name in latest else stored.signature
    line = score_log_line("rescore", entry, reason, before)
    write_entry(board, entry)
    append_log_line(board, line)
    return score.report


def score_log_line(
    action: str, entry: LeaderboardEntry, reason: str, before: str | None = None
) -> LogLine:
    """Return the log line of an entry with a new score."""
    return new_log_line(
        action=action,
        name=entry.name,
        reason=reason,
        signature=entry.report["signature"],
        score=digest_of_score(entry),
        before=before,
    )


def _check_known(board: BoardFolder, names: Iterable[str], name: str) -> None:
    known = sorted(names)
    if name not in known:
        raise UsageError.of(
            "entry-unknown",
            f"The board {board.id} has no entry {name[:80]!r}.{did_you_mean(name, known)}",
            f"Its entries are: {', '.join(known) or 'none'}.",
        )
