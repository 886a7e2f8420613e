"""Preview, add, remove and rescore entries of a board; each change adds a line to the log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place, UsageError
from mebench.evaluation.signature import parse_signature
from mebench.formats.loader import read_predictions
from mebench.leaderboard.board_folder import (
    PROTOCOL,
    BoardFolder,
    append_log_line,
    checked_name,
    digest_of_content,
    digest_of_predictions,
    digest_of_rules,
    digest_of_score,
    latest_lines,
    lock_boards,
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
    row_ranks,
    rows_of_literature,
)
from mebench.leaderboard.board_settings import first_and_last_moment
from mebench.leaderboard.build_board import board_truth_hash, check_comparable, checked_row
from mebench.leaderboard.find_boards import (
    board_of,
    board_of_option,
    check_same_rules,
    read_given,
)
from mebench.leaderboard.score_entry import require_truth, score_for_board
from mebench.models.leaderboard import ENTRY_FORMAT, TEXT_LENGTH, LeaderboardEntry, LogLine
from mebench.models.report import Report
from mebench.tables.grid import shorten
from mebench.util.atomic_write import cannot_write, write_bytes
from mebench.util.regular_file import IrregularFileError, check_regular, read_regular
from mebench.util.text import did_you_mean


@dataclass(frozen=True, slots=True)
class EntryPreview:
    """A scored submission with its row on the board and the group of this row.

    ``file`` is the prediction file as the user named it; ``warnings`` are those of the board.
    """

    board: BoardFolder
    entry: LeaderboardEntry
    file: Path
    content: bytes
    report: Report
    row: BoardRow
    group: RowGroup
    warnings: tuple[Diagnostic, ...]

    @property
    def rank(self) -> int | None:
        """The rank in the group, from 1; equal values have the same rank. None: not ranked."""
        columns = board_columns(self.board.protocol, self.board.metrics)
        by = ranking_column(self.board.protocol)
        position = next(index for index, row in enumerate(self.group.rows) if row is self.row)
        return row_ranks(self.group, columns.index(by), by)[position]


def preview_entry(
    root: Path,
    predictions: Path,
    truths: Mapping[str, Path],
    *,
    protocol: str | None = None,
    received: str | None = None,
    name: str | None = None,
    method: str | None = None,
    year: int | None = None,
    source: str | None = None,
    caveats: Sequence[str] = (),
) -> EntryPreview:
    """Score a submission and rank it on its board, without changing the board.

    ``truths`` has truth files by protocol; ``protocol`` is an id or a ``.toml`` file, by default
    what the submission states; ``received`` is an ISO date. By default the name is made from name
    and version of the system, and method and source are as the submission, in native JSON, states
    them.
    """
    content, stated_protocol = _read(predictions, protocol)
    board = board_of_option(root, protocol) if protocol else board_of(root, stated_protocol)
    if received is not None:
        first_and_last_moment(received)
    latest = latest_lines(board)
    truth = require_truth(board.protocol, truths)
    score = score_for_board(predictions, truth, board.protocol, board.options)
    report, system = score.report, score.report.system
    stated = " ".join(filter(None, (system.name, system.version))) if system else None
    title = method or stated or predictions.stem
    name = checked_name(name) if name is not None else name_from(title)
    _check_new(board, name, predictions, content, report)
    paper = shorten(system.paper, TEXT_LENGTH) if system and system.paper else None
    entry = validated(
        LeaderboardEntry,
        format=ENTRY_FORMAT,
        name=name,
        method=title,
        year=year,
        source=source or paper,
        caveats=list(caveats),
        received=received,
        predictions=digest_of_content(content),
        rules=digest_of_rules(board.protocol),
        report=report.to_json(),
        subjects=score.subjects,
    )
    columns = board_columns(board.protocol, board.metrics)
    by = ranking_column(board.protocol)
    rows = rows_of_literature(board, columns)
    for other in board.names():
        with suppress(MebenchError):  # `mebench leaderboard build` reports them
            if other != name:
                rows.append(checked_row(board, other, latest, truth, columns))
    own = row_of_entry(entry, score, board, columns, is_recomputed=True)
    rows.append(own)
    groups = group_rows(rows, columns, by, spots=board.protocol.spots)
    group = next(group for group in groups if any(row is own for row in group.rows))
    warnings = tuple(_warnings(board, entry, predictions, rows))
    return EntryPreview(board, entry, predictions, content, report, own, group, warnings)


def _warnings(
    board: BoardFolder, entry: LeaderboardEntry, file: Path, rows: Sequence[BoardRow]
) -> Iterator[Diagnostic]:
    """Yield warnings about an unknown date and about rows with the same numbers."""
    place = Place(file=str(file))
    deadline = board.settings.deadline
    if deadline is not None and entry.received is None:
        yield Diagnostic(
            "received-unknown",
            "warning",
            f"The board has the deadline {deadline}, but it is unknown when this was received.",
            "Pass --received DATE.",
            place,
        )
    own = rows[-1]
    alike = [
        row.id
        for row in rows[:-1]
        if row.report is not None
        and own.report is not None
        and (row.report.metrics, row.report.counts, row.subjects)
        == (own.report.metrics, own.report.counts, own.subjects)
    ]
    if alike:
        yield Diagnostic(
            "entry-alike",
            "warning",
            f"All numbers equal those of {', '.join(alike)}, for every subject.",
            "Check that this is not the same submission under another name.",
            place,
        )


def _read(path: Path, protocol: str | None) -> tuple[bytes, str]:
    """Return the bytes of a submission and the protocol that it states."""
    content = read_given(path)  # it is read twice
    try:
        stated = json.loads(content)["protocol"]
    except (ValueError, KeyError, TypeError, RecursionError):
        stated = None
    if stated is None and content.lstrip().startswith(b"{"):
        findings = Findings()
        read_predictions(path, findings)  # raises the errors of broken JSON
        findings.raise_errors()
    if not isinstance(stated, str):
        target = path.with_suffix(".json").name if path.suffix != ".json" else "preds.json"
        raise UsageError.of(
            "convert-first",
            "The file is not a native JSON submission that states its protocol.",
            f"Convert it: mebench convert predictions {quote(str(path))} --protocol "
            f"{quote(protocol or 'ID')} -o {quote(target)}.",
            Place(file=str(path)),
        )
    return content, stated


def _check_new(board: BoardFolder, name: str, file: Path, content: bytes, report: Report) -> None:
    """Check that an entry is comparable with its board, and that neither name nor score exists."""
    latest, path, place = latest_lines(board), board.submission(name), Place(file=str(file))
    check_comparable(board, name, report, board_truth_hash(latest))
    try:
        # Adding the same file again after an interruption is allowed.
        is_other = check_regular(path) and read_regular(path) != content
    except IrregularFileError as error:
        raise UsageError([error.as_diagnostic()]) from None
    if name in latest or is_other:
        raise UsageError.of(
            "entry-exists",
            f"The board {board.id} already has an entry {name!r}.",
            "Pass another name with --name (one file at a time), or remove the old entry first.",
            place,
        )
    own = parse_signature(report.signature)["preds"]
    for other in board.names():
        if other == name:
            continue
        try:
            _, stored = read_entry(board, other)
        except MebenchError:  # `mebench leaderboard build` reports it
            continue
        # Whoever adds empty lists for subjects that were left out may submit again.
        is_complete = not report.units.subjects_left_out
        if parse_signature(stored.signature).get("preds") == own and (
            is_complete == (not stored.units.subjects_left_out)
        ):
            raise UsageError.of(
                "entry-doubled",
                f"The entry {other!r} of the board {board.id} has the same predictions.",
                "Do not add a submission twice.",
                place,
            )


def add(preview: EntryPreview, reason: str) -> None:
    """Add an entry to its board; if interrupted, run the same command again."""
    board, entry = preview.board, preview.entry
    line = score_log_line("add", entry, reason)
    with lock_boards(board.path.parent):
        # Another command may have changed the board since the preview.
        _check_new(board, entry.name, preview.file, preview.content, preview.report)
        if board.new_protocol is not None and not check_same_rules(board):
            write_bytes(board.path / PROTOCOL, board.new_protocol, with_folder=True)
        write_bytes(board.submission(entry.name), preview.content, with_folder=True)
        write_entry(board, entry)
        append_log_line(board, line)


def remove(board: BoardFolder, name: str, reason: str) -> None:
    """Remove an entry from a board; the log keeps its signature."""
    with lock_boards(board.path.parent):
        latest = latest_lines(board)
        _check_known(board, {*board.names(), *latest}, name)
        before = latest[name].signature if name in latest else None
        line = new_log_line(action="remove", name=name, reason=reason, before=before)
        for path in (board.entry(name), board.submission(name)):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise cannot_write(path, error, "The file cannot be removed") from None
        append_log_line(board, line)


def rescore(board: BoardFolder, name: str, truths: Mapping[str, Path], reason: str) -> Report:
    """Score an entry again and store the result, whatever was stored before."""
    with lock_boards(board.path.parent):
        return _rescore(board, name, truths, reason)


def _rescore(board: BoardFolder, name: str, truths: Mapping[str, Path], reason: str) -> Report:
    latest = latest_lines(board)
    _check_known(board, board.names(), name)
    entry, stored = read_entry(board, name)
    digest = digest_of_predictions(board, name)
    truth = require_truth(board.protocol, truths)
    score = score_for_board(board.submission(name), truth, board.protocol, board.options)
    entry = entry.model_copy(
        update={
            "predictions": digest,
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
        received=entry.received,
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
