"""Checks of an entry before a board shows it: logged, comparable, unchanged and reproducible."""

from __future__ import annotations

from collections.abc import Mapping

from mebench.diagnostics import MebenchError, Place
from mebench.evaluation.expected_counts import summarize_differences
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import (
    SIGNATURE_PARTS_THAT_MAY_DIFFER,
    parse_signature,
    signature_of,
)
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.entry_storage import (
    digest_of_predictions,
    digest_of_rules,
    digest_of_score,
)
from mebench.leaderboard.score_entry import Score, score_differences, score_for_board
from mebench.models.annotation_table import TruthTable
from mebench.models.leaderboard import LeaderboardEntry, LogLine
from mebench.models.report import Report


def board_truth_hash(latest: Mapping[str, LogLine]) -> str | None:
    """Return the hash of the truth of the latest scoring of a board."""
    for line in reversed(list(latest.values())):
        if line.signature is not None:
            return parse_signature(line.signature).get("truth")
    return None


def check_log(board: BoardFolder, entry: LeaderboardEntry, line: LogLine | None) -> None:
    """Check that an entry agrees with its latest line in the log; else ``log-differs``."""
    if line is None:
        problem = "According to the log it is not on the board"
    elif line.signature != entry.report.get("signature") or line.score != digest_of_score(entry):
        problem = f"The log has a different score, from {line.date}"
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
            ScoringOptions(),
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


def check_unchanged(board: BoardFolder, entry: LeaderboardEntry) -> None:
    """Check that predictions and rules are as scored; else ``board-mismatch``."""
    for what, digest, stored in (
        ("the prediction file", digest_of_predictions(board, entry.name), entry.predictions),
        (f"the rules of {board.id}", digest_of_rules(board.protocol), entry.rules),
    ):
        if digest != stored:
            raise _mismatch(board, entry.name, f"the hash of {what} is {digest}, expected {stored}")


def check_reproducible(
    board: BoardFolder, entry: LeaderboardEntry, stored: Report, truth: TruthTable
) -> None:
    """Score an entry again and check that the result is the stored one; else ``board-mismatch``."""
    fresh = score_for_board(board.submission(entry.name), truth, board.protocol)
    differences = score_differences(Score(stored, entry.subjects), fresh)
    if differences:
        raise _mismatch(board, entry.name, summarize_differences(differences))


def _mismatch(board: BoardFolder, name: str, difference: str) -> MebenchError:
    return MebenchError.of(
        "board-mismatch",
        f"{name} is not as stored on the board {board.id}: {difference}.",
        f"If the change is intended, run {_rescore(board, name)}. Otherwise restore the old file "
        "from version control.",
        Place(file=str(board.entry(name))),
    )


def _rescore(board: BoardFolder, name: str) -> str:
    return f"mebench leaderboard rescore {name} --protocol {board.id} --reason WHY"
