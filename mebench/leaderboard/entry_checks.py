"""Checks of an entry before a board shows it: logged, comparable, unchanged and reproducible."""

from __future__ import annotations

from collections.abc import Mapping

from mebench.diagnostics import MebenchError, Place
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import MAY_DIFFER, parse_signature, signature_of
from mebench.leaderboard.board_folder import BoardFolder
from mebench.leaderboard.entry_storage import (
    digest_of_predictions,
    digest_of_rules,
    digest_of_score,
)
from mebench.leaderboard.scoring import Score, score_differences, score_for_board
from mebench.models.annotation_table import TruthTable
from mebench.models.leaderboard import LeaderboardEntry, LogLine
from mebench.models.report import Report

MAX_NAMED = 6
"""So many differences are named."""


def board_truth_hash(last: Mapping[str, LogLine]) -> str | None:
    """Return the hash of the truth that a board's entries stand on: that of the latest scoring.

    Parameters
    ----------
    last : mapping of str to LogLine
        The last word on each entry, the oldest first.
    """
    for line in reversed(list(last.values())):
        if line.signature is not None:
            return parse_signature(line.signature).get("truth")
    return None


def check_log(board: BoardFolder, entry: LeaderboardEntry, line: LogLine | None) -> None:
    """See that the log says of an entry what the entry says.

    Raises
    ------
    MebenchError
        ``log-differs``.
    """
    said = entry.report.get("signature")
    if line is None:
        why = "The log does not have it on the board"
    elif line.signature != said or line.score != digest_of_score(entry):
        why = f"The log has another score of it, from {line.date}"
    else:
        return
    raise MebenchError.of(
        "log-differs",
        f"{entry.name}: {why}.",
        "Was a command interrupted, or a file changed by hand? Take the files from the version "
        f"control, or score it anew: {_rescore(board, entry.name)}.",
        Place(file=str(board.log)),
    )


def check_comparable(board: BoardFolder, name: str, report: Report, truth: str | None) -> None:
    """See that a score stands on the board's protocol, rules and truth.

    Parameters
    ----------
    board : BoardFolder
        The board.
    name : str
        Whose score it is.
    report : Report
        The score.
    truth : str or None
        The hash of the board's truth; None if nothing stands on one yet.

    Raises
    ------
    MebenchError
        ``not-comparable``.
    """
    parts = parse_signature(report.signature)
    wanted = _expected_parts(board)
    if truth is not None:
        wanted["truth"] = truth
    free = MAY_DIFFER | ({"truth"} if truth is None else set())
    names = [one for one in dict.fromkeys([*wanted, *parts]) if one not in free]
    differ = [
        f"{one} is {parts.get(one, 'not said')} and the board's is {wanted.get(one, 'not said')}"
        for one in names
        if parts.get(one) != wanted.get(one)
    ]
    if differ:
        raise MebenchError.of(
            "not-comparable",
            f"{name} was scored under other rules than {board.id}, or on another truth: "
            f"{'; '.join(differ)}.",
            f"Score it anew: {_rescore(board, name)}.",
            Place(file=str(board.entry(name))),
        )


def check_unchanged(board: BoardFolder, entry: LeaderboardEntry) -> None:
    """See that the prediction file and the rules are those that were scored.

    Raises
    ------
    MebenchError
        ``board-mismatch`` or ``predictions-unreadable``.
    """
    now = digest_of_predictions(board, entry.name)
    if now != entry.predictions:
        raise mismatch_error(
            board, entry.name, f"the prediction file is {now}, not {entry.predictions}"
        )
    now = digest_of_rules(board.protocol)
    if now != entry.rules:
        raise mismatch_error(
            board, entry.name, f"the rules of {board.id} are {now}, not {entry.rules}"
        )


def check_reproducible(
    board: BoardFolder, entry: LeaderboardEntry, kept: Report, truth: TruthTable
) -> None:
    """Score an entry again and see that it comes out as the board has it.

    Raises
    ------
    MebenchError
        ``board-mismatch``, or what is wrong with the predictions.
    """
    fresh = score_for_board(board.submission(entry.name), truth, board.protocol)
    differ = score_differences(Score(kept, entry.subjects), fresh)
    if differ:
        more = f"; and {len(differ) - MAX_NAMED} more" if len(differ) > MAX_NAMED else ""
        raise mismatch_error(board, entry.name, "; ".join(differ[:MAX_NAMED]) + more)


def mismatch_error(board: BoardFolder, name: str, differ: str) -> MebenchError:
    """Return the error on an entry that is not what its board says."""
    return MebenchError.of(
        "board-mismatch",
        f"{name} is not what {board.id} says of it: {differ}.",
        f"If that is meant: {_rescore(board, name)}. Otherwise take the old file from the version "
        "control.",
        Place(file=str(board.entry(name))),
    )


def _rescore(board: BoardFolder, name: str) -> str:
    return f"mebench leaderboard rescore {name} --protocol {board.id} --reason WHY"


def _expected_parts(board: BoardFolder) -> dict[str, str]:
    """Return what every signature on a board says, but for what may differ and the truth."""
    parts = parse_signature(
        signature_of(
            board.protocol,
            ScoringOptions(),
            threshold="none",
            truth="none",
            predictions="none",
            counts_differ=False,
        )
    )
    del parts["truth"]
    return {name: value for name, value in parts.items() if name not in MAY_DIFFER}
