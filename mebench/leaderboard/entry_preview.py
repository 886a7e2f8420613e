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
from mebench.leaderboard.scoring import require_truth, score_for_board
from mebench.models.leaderboard import ENTRY_FORMAT, TEXT_LENGTH, LeaderboardEntry
from mebench.models.report import Report
from mebench.tables.grid import shorten


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """A submission as it would stand on a board.

    Attributes
    ----------
    board : BoardFolder
        The board.
    entry : LeaderboardEntry
        What would be kept.
    content : bytes
        Its prediction file.
    report : Report
        Its score.
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
        """The rows that it is compared with, itself among them."""
        return next(one for one in self.groups if self.row in one.rows)

    @property
    def row(self) -> BoardRow:
        """Its own row; one of the literature may have the same id."""
        rows = (row for group in self.groups for row in group.rows)
        return next(row for row in rows if row.id == self.entry.name and row.report is not None)

    @property
    def rank(self) -> int:
        """Its place among them, from 1; equal values share one."""
        at = board_columns(self.board.protocol).index(ranking_column(self.board.protocol))
        own = self.row.cells[at].value
        values = [row.cells[at].value for row in self.group.rows]
        ahead = [one for one in values if one is not None and (own is None or one > own)]
        return 1 + len(ahead)


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
    """Score a submission and lay it beside a board, changing nothing.

    Parameters
    ----------
    root : Path
        The folder of all boards.
    predictions : Path
        A submission in mebench's own format, which names its protocol.
    truths : mapping of str to Path
        Truth files by protocol.
    name : str, optional
        The entry's; left out, it is made from the system's name and version.
    method, source : str, optional
        As the tables show them; left out, what the submission says.
    year : int, optional
        Of the method.
    caveats : sequence of str
        What a reader has to know.

    Raises
    ------
    MebenchError
        What is wrong with the predictions, ``oracle-refused``, ``board-counts-differ`` or
        ``not-comparable``.
    UsageError
        ``entry-exists``, ``entry-doubled``, ``truth-needed``, ``convert-first`` or
        ``bad-entry-name``.
    """
    content, protocol = _read(predictions)
    board = board_of(root, protocol)
    last = latest_lines(read_log(board))
    score = score_for_board(predictions, require_truth(board.protocol, truths), board.protocol)
    report, system = score.report, score.report.system
    title = method or _title(report) or predictions.stem
    name = checked_name(name) if name is not None else name_from(title)
    check_comparable(board, name, report, board_truth_hash(last))
    _check_free(board, name, name in last, content)
    _check_new(board, name, report)
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
    """Return a submission's bytes and the protocol that it names."""
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
            "The file is no submission in mebench's own format, which names its protocol.",
            "Turn it into one: mebench convert predictions FILE --protocol ID -o preds.json.",
            place,
        )
    return content, protocol


def _title(report: Report) -> str | None:
    system = report.system
    if system is None:
        return None
    return f"{system.name} {system.version}" if system.version else system.name


def _check_free(board: BoardFolder, name: str, is_standing: bool, content: bytes) -> None:
    """See that a name is free; an entry whose adding was interrupted may be added to its end."""
    there = board.submission(name)
    if is_standing or (there.exists() and there.read_bytes() != content):
        raise UsageError.of(
            "entry-exists",
            f"{board.id} has an entry {name!r}.",
            "Give the new one another name by --name, or remove the old one first.",
            Place(file=str(board.entry(name))),
        )


def _check_new(board: BoardFolder, own: str, report: Report) -> None:
    """See that no other entry has the same predictions."""
    predictions = parse_signature(report.signature)["preds"]
    for name in board.names():
        try:
            _, kept = read_entry(board, name)
            same = parse_signature(kept.signature).get("preds") == predictions
        except MebenchError:
            continue
        if same and name != own:
            raise UsageError.of(
                "entry-doubled",
                f"The entry {name!r} has the same predictions.",
                "A board shows a submission once.",
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
            entry_there, kept = read_entry(board, name)
            rows.append(row_of_entry(entry_there, kept, protocol, columns))
        except MebenchError:
            continue  # `build` says what is wrong with it
    rows.append(row_of_entry(entry, report, protocol, columns))
    return tuple(group_rows(rows, columns, by, spots=protocol.spots))
