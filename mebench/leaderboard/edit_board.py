"""Preview, add, remove and rescore entries of a board; each change adds a line to the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.evaluation.signature import parse_signature
from mebench.leaderboard.board_folder import (
    BoardFolder,
    append_log_line,
    board_of,
    checked_name,
    digest_of_content,
    digest_of_predictions,
    digest_of_rules,
    digest_of_score,
    latest_lines,
    name_from,
    new_log_line,
    read_entry,
    validated,
    write_entry,
)
from mebench.leaderboard.board_rows import (
    BoardRow,
    RowGroup,
    board_columns,
    group_rows,
    ranking_column,
    row_of_entry,
    rows_of_literature,
)
from mebench.leaderboard.build_board import board_truth_hash, check_comparable
from mebench.leaderboard.score_entry import require_truth, score_for_board
from mebench.models.leaderboard import ENTRY_FORMAT, TEXT_LENGTH, LeaderboardEntry, LogLine
from mebench.models.report import Report
from mebench.tables.grid import shorten
from mebench.util.atomic_write import write_bytes
from mebench.util.text import did_you_mean


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """A scored submission with its row on the board and the group of this row."""

    board: BoardFolder
    entry: LeaderboardEntry
    content: bytes
    report: Report
    row: BoardRow
    group: RowGroup

    @property
    def rank(self) -> int:
        """The rank in the group, from 1; equal values have the same rank."""
        column = board_columns(self.board.protocol).index(ranking_column(self.board.protocol))
        own = self.row.cells[column].value
        values = [row.cells[column].value for row in self.group.rows]
        better = [value for value in values if value is not None and (own is None or value > own)]
        return 1 + len(better)


def preview_entry(
    root: Path,
    predictions: Path,
    truths: Mapping[str, Path],
    *,
    name: str | None = None,
    method: str | None = None,
    year: int | None = None,
    source: str | None = None,
    caveats: Sequence[str] = (),
) -> EntryPreview:
    """Score a submission and rank it on its board, without changing the board.

    ``truths`` has truth files by protocol. By default the name is made from name and version of the
    system, and method and source are as the submission, in native JSON, states them.
    """
    content, protocol = _read(predictions)
    board = board_of(root, protocol)
    latest = latest_lines(board)
    score = score_for_board(predictions, require_truth(board.protocol, truths), board.protocol)
    report, system = score.report, score.report.system
    stated = " ".join(filter(None, (system.name, system.version))) if system else None
    title = method or stated or predictions.stem
    name = checked_name(name) if name is not None else name_from(title)
    check_comparable(board, name, report, board_truth_hash(latest))
    path = board.submission(name)
    # Adding the same file again after an interruption is allowed.
    if name in latest or (path.exists() and path.read_bytes() != content):
        raise UsageError.of(
            "entry-exists",
            f"The board {board.id} already has an entry {name!r}.",
            "Pass another name with --name, or remove the old entry first.",
            Place(file=str(board.entry(name))),
        )
    others = _other_entries(board, name)
    for other, stored in others:
        parts = (parse_signature(signed.signature).get("preds") for signed in (stored, report))
        if len({*parts}) == 1:
            raise UsageError.of(
                "entry-doubled",
                f"The entry {other.name!r} has the same predictions.",
                "Do not add a submission twice.",
                Place(file=str(board.entry(other.name))),
            )
    paper = shorten(system.paper, TEXT_LENGTH) if system and system.paper else None
    entry = validated(
        LeaderboardEntry,
        format=ENTRY_FORMAT,
        name=name,
        method=title,
        year=year,
        source=source or paper,
        caveats=list(caveats),
        predictions=digest_of_content(content),
        rules=digest_of_rules(board.protocol),
        report=report.to_json(),
        subjects=score.subjects,
    )
    columns, by = board_columns(board.protocol), ranking_column(board.protocol)
    rows = rows_of_literature(board, columns)
    rows += [row_of_entry(*pair, board.protocol, columns) for pair in (*others, (entry, report))]
    own = rows[-1]
    groups = group_rows(rows, columns, by, spots=board.protocol.spots)
    group = next(group for group in groups if any(row is own for row in group.rows))
    return EntryPreview(board, entry, content, report, own, group)


def _read(path: Path) -> tuple[bytes, str]:
    """Return the bytes of a submission and its protocol."""
    place = Place(file=str(path))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError.of(
            "file-unreadable", f"The file cannot be read: {error.strerror}.", "", place
        ) from None
    try:
        protocol = json.loads(content)["protocol"]
    except (ValueError, KeyError, TypeError, RecursionError):
        protocol = None
    if not isinstance(protocol, str):
        raise UsageError.of(
            "convert-first",
            "The file is not a native JSON submission that states its protocol.",
            "Convert it: mebench convert predictions FILE --protocol ID -o preds.json.",
            place,
        )
    return content, protocol


def _other_entries(board: BoardFolder, own: str) -> list[tuple[LeaderboardEntry, Report]]:
    """Return all other entries; ``mebench leaderboard build`` reports those that are damaged."""
    others = []
    for name in board.names():
        try:
            others.append(read_entry(board, name))
        except MebenchError:
            continue
    return [pair for pair in others if pair[0].name != own]


def add(preview: EntryPreview, reason: str) -> None:
    """Add an entry to its board; if interrupted, run the same command again."""
    line = score_log_line("add", preview.entry, reason)
    write_bytes(preview.board.submission(preview.entry.name), preview.content, with_folder=True)
    write_entry(preview.board, preview.entry)
    append_log_line(preview.board, line)


def remove(board: BoardFolder, name: str, reason: str) -> None:
    """Remove an entry from a board; the log keeps its signature."""
    latest = latest_lines(board)
    _check_known(board, {*board.names(), *latest}, name)
    before = latest[name].signature if name in latest else None
    line = new_log_line(action="remove", name=name, reason=reason, before=before)
    board.entry(name).unlink(missing_ok=True)
    board.submission(name).unlink(missing_ok=True)
    append_log_line(board, line)


def rescore(board: BoardFolder, name: str, truths: Mapping[str, Path], reason: str) -> Report:
    """Score an entry again and store the result, whatever was stored before."""
    latest = latest_lines(board)
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
