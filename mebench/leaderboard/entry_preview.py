"""Preview of an entry: score a submission and rank it on its board; the board is not changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.evaluation.signature import parse_signature
from mebench.leaderboard.board_folder import BoardFolder, board_of, checked_name, name_from
from mebench.leaderboard.board_rows import (
    BoardRow,
    board_columns,
    ranking_column,
    row_of_entry,
    rows_of_literature,
)
from mebench.leaderboard.entry_checks import board_truth_hash, check_comparable
from mebench.leaderboard.entry_storage import (
    digest_of_content,
    digest_of_rules,
    latest_lines,
    read_entry,
    read_log,
    validated,
)
from mebench.leaderboard.ranking import RowGroup, group_rows
from mebench.leaderboard.score_entry import require_truth, score_for_board
from mebench.models.leaderboard import ENTRY_FORMAT, TEXT_LENGTH, LeaderboardEntry
from mebench.models.report import Report
from mebench.tables.grid import shorten


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """A scored submission, and the board with it.

    Attributes
    ----------
    board : BoardFolder
        The board.
    entry : LeaderboardEntry
        The entry that would be stored.
    content : bytes
        The prediction file.
    report : Report
        The score.
    groups : tuple of RowGroup
        The board with it.
    """

    board: BoardFolder
    entry: LeaderboardEntry
    content: bytes
    report: Report
    groups: tuple[RowGroup, ...]

    @property
    def group(self) -> RowGroup:
        """The group of rows that contains the entry."""
        return next(group for group in self.groups if self.row in group.rows)

    @property
    def row(self) -> BoardRow:
        """The row of the entry; a row from the literature may have the same id."""
        rows = (row for group in self.groups for row in group.rows)
        return next(row for row in rows if row.id == self.entry.name and row.report is not None)

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

    Parameters
    ----------
    root : Path
        The folder of all boards.
    predictions : Path
        A submission in native JSON, which states its protocol.
    truths : mapping of str to Path
        Truth files by protocol.
    name : str, optional
        The name of the entry; by default made from name and version of the system.
    method, source : str, optional
        As the tables show them; by default as the submission states them.
    year : int, optional
        Year of publication.
    caveats : sequence of str
        Remarks for readers.

    Raises
    ------
    MebenchError
        The problems of the predictions, ``oracle-refused``, ``board-counts-differ`` or
        ``not-comparable``.
    UsageError
        ``entry-exists``, ``entry-doubled``, ``truth-needed``, ``convert-first`` or
        ``bad-entry-name``.
    """
    content, protocol = _read(predictions)
    board = board_of(root, protocol)
    latest = latest_lines(read_log(board))
    score = score_for_board(predictions, require_truth(board.protocol, truths), board.protocol)
    report, system = score.report, score.report.system
    title = method or _title(report) or predictions.stem
    name = checked_name(name) if name is not None else name_from(title)
    check_comparable(board, name, report, board_truth_hash(latest))
    _check_name_is_free(board, name, name in latest, content)
    _check_predictions_are_new(board, name, report)
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
    return EntryPreview(board, entry, content, report, _groups_with(board, entry, report))


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


def _title(report: Report) -> str | None:
    system = report.system
    if system is None:
        return None
    return f"{system.name} {system.version}" if system.version else system.name


def _check_name_is_free(board: BoardFolder, name: str, is_on_board: bool, content: bytes) -> None:
    """Check that a name is free; adding the same file again after an interruption is allowed."""
    path = board.submission(name)
    if is_on_board or (path.exists() and path.read_bytes() != content):
        raise UsageError.of(
            "entry-exists",
            f"The board {board.id} already has an entry {name!r}.",
            "Pass another name with --name, or remove the old entry first.",
            Place(file=str(board.entry(name))),
        )


def _check_predictions_are_new(board: BoardFolder, own: str, report: Report) -> None:
    """Check that no other entry has the same predictions."""
    predictions = parse_signature(report.signature)["preds"]
    for name in board.names():
        try:
            _, stored = read_entry(board, name)
            is_same = parse_signature(stored.signature).get("preds") == predictions
        except MebenchError:
            continue
        if is_same and name != own:
            raise UsageError.of(
                "entry-doubled",
                f"The entry {name!r} has the same predictions.",
                "Do not add a submission twice.",
                Place(file=str(board.entry(name))),
            )


def _groups_with(
    board: BoardFolder, entry: LeaderboardEntry, report: Report
) -> tuple[RowGroup, ...]:
    protocol = board.protocol
    columns, by = board_columns(protocol), ranking_column(protocol)
    rows = rows_of_literature(board, columns)
    for name in board.names():
        if name == entry.name:
            continue
        try:
            other, stored = read_entry(board, name)
            rows.append(row_of_entry(other, stored, protocol, columns))
        except MebenchError:
            continue  # `mebench leaderboard build` reports its problems
    rows.append(row_of_entry(entry, report, protocol, columns))
    return tuple(group_rows(rows, columns, by, spots=protocol.spots))
