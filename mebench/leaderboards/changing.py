"""Entries added to a board, removed from it, and scored anew; each with a line in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.files import write_bytes
from mebench.leaderboards.checking import check_comparable, truth_of_board
from mebench.leaderboards.columns import columns_of, ranked_by
from mebench.leaderboards.entries import (
    digest_of_content,
    digest_of_predictions,
    digest_of_rules,
    digest_of_score,
    read_entry,
    write_entry,
)
from mebench.leaderboards.folders import BoardFolder, board_of, checked_name, name_from
from mebench.leaderboards.limits import within_limits
from mebench.leaderboards.log import append, line_of_today, read_log, standing
from mebench.leaderboards.published import read_published
from mebench.leaderboards.ranking import Group, grouped
from mebench.leaderboards.rows import BoardRow, row_of_entry, row_of_published
from mebench.leaderboards.scoring import score_for_board
from mebench.leaderboards.truths import truth_at_hand
from mebench.records.board import ENTRY_FORMAT, TEXT_LENGTH, Entry, LogLine
from mebench.records.report import Report
from mebench.records.sheets import TruthSheet
from mebench.scoring.signature import parse_signature
from mebench.tables.grid import shorten


@dataclass(frozen=True, slots=True)
class Candidate:
    """A submission as it would stand on a board.

    Attributes
    ----------
    board : BoardFolder
        The board.
    entry : Entry
        What would be kept.
    content : bytes
        Its prediction file.
    report : Report
        Its score.
    groups : tuple of Group
        The board with it.
    """

    board: BoardFolder
    entry: Entry
    content: bytes
    report: Report
    groups: tuple[Group, ...]

    @property
    def group(self) -> Group:
        """The rows that it is compared with, itself among them."""
        return next(
            one for one in self.groups if any(row.id == self.entry.name for row in one.rows)
        )

    @property
    def rank(self) -> int:
        """Its place among them, from 1; equal values share one."""
        at = columns_of(self.board.rules.protocol).index(ranked_by(self.board.rules.protocol))
        [own] = [row.cells[at].value for row in self.group.rows if row.id == self.entry.name]
        values = [row.cells[at].value for row in self.group.rows]
        ahead = [one for one in values if one is not None and (own is None or one > own)]
        return 1 + len(ahead)


def candidate(
    root: Path,
    predictions: Path,
    truths: Mapping[str, Path],
    *,
    name: str | None = None,
    method: str | None = None,
    year: int | None = None,
    source: str | None = None,
    caveats: Sequence[str] = (),
) -> Candidate:
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
    last = standing(read_log(board))
    score = score_for_board(predictions, _needed_truth(board, truths), board.rules)
    report, system = score.report, score.report.system
    title = method or _title(report) or predictions.stem
    name = checked_name(name) if name is not None else name_from(title)
    check_comparable(board, name, report, truth_of_board(last))
    _check_free(board, name, name in last, content)
    _check_new(board, name, report)
    paper = shorten(system.paper, TEXT_LENGTH) if system and system.paper else None
    entry = within_limits(
        Entry,
        format=ENTRY_FORMAT,
        name=name,
        method=title,
        year=year,
        source=source or paper,
        caveats=list(caveats),
        predictions=digest_of_content(content),
        rules=digest_of_rules(board.rules),
        report=report.to_json(),
        subjects=score.subjects,
    )
    return Candidate(board, entry, content, report, _groups_with(board, entry, report))


def add(one: Candidate, reason: str) -> None:
    """Put a candidate on its board; interrupted, the same command again ends it.

    Raises
    ------
    UsageError
        ``bad-entry-text`` or ``cannot-write``.
    """
    line = line_of("add", one.entry, reason)
    write_bytes(one.board.submission(one.entry.name), one.content, with_folder=True)
    write_entry(one.board, one.entry)
    append(one.board, line)


def remove(board: BoardFolder, name: str, reason: str) -> None:
    """Take an entry off a board; the log keeps what it was.

    Raises
    ------
    UsageError
        ``entry-unknown`` or ``bad-entry-text``.
    """
    last = standing(read_log(board))
    _known(board, name, last)
    before = last[name].signature if name in last else None
    line = line_of_today(action="remove", name=name, reason=reason, before=before)
    board.entry(name).unlink(missing_ok=True)
    board.submission(name).unlink(missing_ok=True)
    append(board, line)


def rescore(board: BoardFolder, name: str, truths: Mapping[str, Path], reason: str) -> Report:
    """Score an entry anew and keep what comes out, whatever the board said before.

    Raises
    ------
    MebenchError
        As :func:`candidate`.
    UsageError
        ``entry-unknown``, ``truth-needed`` or ``bad-entry-text``.
    """
    last = standing(read_log(board))
    _known(board, name, {})
    entry, kept = read_entry(board, name)
    score = score_for_board(board.submission(name), _needed_truth(board, truths), board.rules)
    entry = entry.model_copy(
        update={
            "predictions": digest_of_predictions(board, name),
            "rules": digest_of_rules(board.rules),
            "report": score.report.to_json(),
            "subjects": score.subjects,
        }
    )
    before = last[name].signature if name in last else kept.signature
    line = line_of("rescore", entry, reason, before)
    write_entry(board, entry)
    append(board, line)
    return score.report


def line_of(action: str, entry: Entry, reason: str, before: str | None = None) -> LogLine:
    """Return the line on an entry that has a score from now on."""
    return line_of_today(
        action=action,
        name=entry.name,
        reason=reason,
        signature=entry.report["signature"],
        score=digest_of_score(entry),
        before=before,
    )


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
            "Turn it into one: mebench convert to-submission.",
            place,
        )
    return content, protocol


def _needed_truth(board: BoardFolder, truths: Mapping[str, Path]) -> TruthSheet:
    truth = truth_at_hand(board.rules, truths)
    if truth is None:
        names = ", ".join(one.id for one in board.rules.protocol.datasets)
        raise UsageError.of(
            "truth-needed",
            f"The truth of {board.id} is not at hand.",
            f"Say where {names} lies, in mebench.toml, or pass --truth {board.id}=FILE.",
        )
    return truth


def _title(report: Report) -> str | None:
    system = report.system
    if system is None:
        return None
    return f"{system.name} {system.version}" if system.version else system.name


def _check_free(board: BoardFolder, name: str, is_standing: bool, content: bytes) -> None:
    """See that a name is free; an entry whose adding was interrupted may be added to its end."""
    files = [board.entry(name), board.submission(name)]
    unfinished = not is_standing and all(
        not path.exists() or path.read_bytes() == content for path in files[1:]
    )
    if is_standing or (any(path.exists() for path in files) and not unfinished):
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


def _groups_with(board: BoardFolder, entry: Entry, report: Report) -> tuple[Group, ...]:
    protocol = board.rules.protocol
    columns, by = columns_of(protocol), ranked_by(protocol)
    published = read_published(board.published).rows if board.published.exists() else []
    rows: list[BoardRow] = [row_of_published(row, protocol, columns) for row in published]
    for name in board.names():
        if name == entry.name:
            continue
        try:
            entry_there, kept = read_entry(board, name)
            rows.append(row_of_entry(entry_there, kept, protocol, columns))
        except MebenchError:
            continue  # `build` says what is wrong with it
    rows.append(row_of_entry(entry, report, protocol, columns))
    return tuple(grouped(rows, columns, by, spots=protocol.spots))


def _known(board: BoardFolder, name: str, last: Mapping[str, LogLine]) -> None:
    known = sorted({*board.names(), *last})
    if name not in known:
        from mebench.suggest import did_you_mean

        raise UsageError.of(
            "entry-unknown",
            f"{board.id} has no entry {name[:80]!r}.{did_you_mean(name, known)}",
            f"Its entries are {', '.join(known) or 'none'}.",
        )
