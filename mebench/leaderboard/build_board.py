"""Build a board from its submissions and the rows of the literature.

An entry is shown only if it agrees with the log, was scored under the rules and on the truth of
the board, and is unchanged since. Where the ground truth is available, it is scored again, and its
row is "recomputed". Otherwise its numbers must agree with its counts, and its row is "reported".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from mebench.diagnostics import Diagnostic, MebenchError, Place
from mebench.evaluation.expected_counts import summarize_differences
from mebench.evaluation.signature import (
    SIGNATURE_PARTS_THAT_MAY_DIFFER,
    parse_signature,
    signature_of,
)
from mebench.leaderboard.board_folder import (
    BoardFolder,
    digest_of_predictions,
    digest_of_rules,
    digest_of_score,
    latest_lines,
    read_entry,
)
from mebench.leaderboard.board_rows import (
    BoardColumn,
    BoardRow,
    RowGroup,
    board_columns,
    group_rows,
    ranking_column,
    row_of_entry,
    row_ranks,
    rows_of_literature,
)
from mebench.leaderboard.score_entry import (
    Score,
    find_truth,
    score_differences,
    score_for_board,
    stored_score,
)
from mebench.models.annotation_table import TruthTable
from mebench.models.leaderboard import LeaderboardEntry, LogLine
from mebench.models.report import Report


@dataclass(frozen=True, slots=True)
class Board:
    """A board, ready to be exported.

    Rows are sorted by the column ``by``. ``refused`` has the problems of entries that are not
    shown, and ``truth`` the hash of the truth on which entries were scored. ``is_recomputed``
    states whether the truth was available, so that all entries were scored again.
    """

    folder: BoardFolder
    columns: Sequence[BoardColumn]
    by: BoardColumn
    groups: Sequence[RowGroup]
    refused: Mapping[str, Sequence[Diagnostic]]
    truth: str | None
    is_recomputed: bool

    @property
    def rows(self) -> list[BoardRow]:
        """The rows of all groups."""
        return [row for group in self.groups for row in group.rows]

    def ranks(self, group: RowGroup) -> list[int | None]:
        """Return the rank of each row of a group; None for rows without a rank."""
        return row_ranks(group, list(self.columns).index(self.by), self.by)

    @property
    def visible_columns(self) -> list[int]:
        """The indices of the columns that tables show: those with any number."""
        return [
            index
            for index, column in enumerate(self.columns)
            if column == self.by or any(row.cells[index].text is not None for row in self.rows)
        ]


def build_board(
    folder: BoardFolder, truths: Mapping[str, Path], advance: Callable[[int], None]
) -> Board:
    """Build a board; ``advance`` is called with the number of entries just processed.

    Problems of an entry exclude only that entry. Those of the rows of the literature, the log and
    the truth are raised.
    """
    protocol = folder.protocol
    columns, by = board_columns(protocol, folder.metrics), ranking_column(protocol)
    rows = rows_of_literature(folder, columns)
    names, latest = folder.names(), latest_lines(folder)
    truth = find_truth(folder.protocol, truths) if names else None
    missing = [name for name in latest if name not in names]
    refused = {name: _files_missing(folder, name).diagnostics for name in missing}
    for name in names:
        try:
            rows.append(checked_row(folder, name, latest, truth, columns))
        except MebenchError as error:
            refused[name] = error.diagnostics
        advance(1)
    return Board(
        folder,
        columns,
        by,
        group_rows(rows, columns, by, spots=protocol.spots),
        dict(sorted(refused.items())),
        board_truth_hash(latest),
        truth is not None,
    )


def checked_row(
    folder: BoardFolder,
    name: str,
    latest: Mapping[str, LogLine],
    truth: TruthTable | None,
    columns: Sequence[BoardColumn],
) -> BoardRow:
    """Return the row of an entry, scored again on the truth if there is one; raise its problems."""
    entry, report = read_entry(folder, name)
    _check_log(folder, entry, latest.get(name))
    check_comparable(folder, name, report, board_truth_hash(latest))
    _check_unchanged(folder, entry)
    predictions, protocol = folder.submission(name), folder.protocol
    if truth is None:
        score, differences = stored_score(
            predictions, report, entry.subjects, protocol, folder.options
        )
    else:
        fresh = score_for_board(predictions, truth, protocol, folder.options)
        differences = score_differences(Score(report, entry.subjects, []), fresh)
        # The numbers are equal; the warnings are those of this run.
        report = report.model_copy(update={"findings": fresh.report.findings})
        score = Score(report, entry.subjects, fresh.left_out, fresh.sums)
    if differences:
        raise _mismatch(folder, name, summarize_differences(differences))
    return row_of_entry(entry, score, folder, columns, is_recomputed=truth is not None)


def _files_missing(folder: BoardFolder, name: str) -> MebenchError:
    return MebenchError.of(
        "log-differs",
        f"{name}: According to the log it is on the board, but its files are missing.",
        "Restore the files from version control, or remove the entry: mebench leaderboard remove "
        f"{quote(name)} --protocol {quote(folder.id)} --reason WHY.",
        Place(file=str(folder.log)),
    )


def board_truth_hash(latest: Mapping[str, LogLine]) -> str | None:
    """Return the hash of the truth of the latest scoring of a board."""
    for line in reversed(list(latest.values())):
        if line.signature is not None:
            return parse_signature(line.signature).get("truth")
    return None


def _check_log(board: BoardFolder, entry: LeaderboardEntry, line: LogLine | None) -> None:
    """Check that an entry agrees with its latest line in the log; else ``log-differs``."""
    if line is None:
        problem = "According to the log it is not on the board"
    elif line.signature != entry.report.get("signature") or line.score != digest_of_score(entry):
        problem = f"The log has a different score, from {line.date}"
    elif line.received != entry.received:
        problem = f"According to the log it was received {line.received or 'at an unknown date'}"
    else:
        return
    raise MebenchError.of(
        "log-differs",
        f"{entry.name}: {problem}. A command was interrupted, or a file was changed by hand.",
        "Restore the files from version control, or score the entry again: "
        f"{_rescore(board, entry.name)}.",
        Place(file=str(board.log)),
    )


def check_comparable(board: BoardFolder, name: str, report: Report, truth: str | None) -> None:
    """Check that a score was computed under the rules and on the truth of the board.

    ``truth`` is the hash of the board's truth; None if nothing was scored yet. The error is
    ``not-comparable``.
    """
    parts = parse_signature(report.signature)
    expected = parse_signature(
        signature_of(
            board.protocol,
            board.options,
            threshold="none",
            truth=truth or "none",
            predictions="none",
            counts_differ=False,
        )
    )
    ignored = SIGNATURE_PARTS_THAT_MAY_DIFFER | ({"truth"} if truth is None else set())
    differences = [
        f"{part} is {parts.get(part, 'not stated')}, expected {expected.get(part, 'none')}"
        for part in dict.fromkeys([*expected, *parts])
        if part not in ignored and parts.get(part) != expected.get(part)
    ]
    if differences:
        raise MebenchError.of(
            "not-comparable",
            f"{name} was not scored under the rules and on the truth of the board {board.id}: "
            f"{'; '.join(differences)}.",
            f"Score it again: {_rescore(board, name)}.",
            Place(file=str(board.entry(name))),
        )


def _check_unchanged(board: BoardFolder, entry: LeaderboardEntry) -> None:
    """Check that predictions and rules are as scored; else ``board-mismatch``."""
    for what, digest, stored in (
        ("the prediction file", digest_of_predictions(board, entry.name), entry.predictions),
        (f"the rules of {board.id}", digest_of_rules(board.protocol), entry.rules),
    ):
        if digest != stored:
            raise _mismatch(board, entry.name, f"the hash of {what} is {digest}, expected {stored}")


def _mismatch(board: BoardFolder, name: str, difference: str) -> MebenchError:
    return MebenchError.of(
        "board-mismatch",
        f"{name} is not as stored on the board {board.id}: {difference}.",
        f"If the change is intended, run {_rescore(board, name)}. Otherwise restore the old file "
        "from version control.",
        Place(file=str(board.entry(name))),
    )


def _rescore(board: BoardFolder, name: str) -> str:
    return f"mebench leaderboard rescore {quote(name)} --protocol {quote(board.id)} --reason WHY"
