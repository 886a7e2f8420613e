"""A board as plain data, for ``board.json`` and the HTML page."""

from __future__ import annotations

from typing import Any

from mebench.evaluation.fold_checks import fold_text
from mebench.leaderboard.board_rows import BoardCell, BoardRow
from mebench.leaderboard.build_board import Board
from mebench.leaderboard.ranking import RowGroup
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.leaderboard import SubjectCounts
from mebench.models.protocol import Protocol

BOARD_FORMAT = "mebench-board/1"


def board_data(board: Board) -> dict[str, Any]:
    """Return a board as JSON data.

    Returns
    -------
    dict
        ``format``, ``protocol``, ``title``, ``description``, ``truth``, ``by``, ``columns``,
        ``groups`` with their ``rows``, and ``refused``.
    """
    protocol = board.folder.protocol
    return {
        "format": BOARD_FORMAT,
        "protocol": protocol.id,
        "title": protocol.title,
        "description": protocol.description.strip(),
        "truth": board.truth,
        "by": board.by.id,
        "columns": [
            {
                "id": column.id,
                "title": column.title,
                "better": METRICS_BY_ID[column.metric].better,
                "unit": METRICS_BY_ID[column.metric].unit,
            }
            for column in board.columns
        ],
        "groups": [_group(board, group) for group in board.groups],
        "refused": [
            # Without the place: the folder differs between machines.
            {
                "name": entry.name,
                "reasons": [
                    {"code": reason.code, "message": reason.message} for reason in entry.reasons
                ],
            }
            for entry in board.refused
        ],
    }


def row_details(row: BoardRow, protocol: Protocol) -> dict[str, Any] | None:
    """Return the details of a recomputed row, with counts per class and per subject."""
    report = row.report
    if report is None:
        return None
    analysis = report.counts.analysis
    return {
        "units": report.units.model_dump(mode="json", exclude={"videos_without_predictions"}),
        "silent": len(report.units.videos_without_predictions),
        "folds": fold_text(protocol, stated=report.folds.stated, verified=report.folds.verified),
        "system": report.system.to_json() if report.system else None,
        "spotting": report.counts.spotting.model_dump() if report.counts.spotting else None,
        "confusion": analysis.confusion.model_dump(mode="json") if analysis else None,
        "subjects": [_subject(counts) for counts in row.subjects],
        "findings": [
            finding.message for finding in report.findings if finding.severity == "warning"
        ],
    }


def _group(board: Board, group: RowGroup) -> dict[str, Any]:
    return {
        "title": group.title,
        "label": group.label,
        "scope": group.scope,
        "chosen_on_test": group.is_chosen_on_test,
        "rows": [
            _row(row, [(index, column) in group.best for column in range(len(board.columns))])
            for index, row in enumerate(group.rows)
        ],
    }


def _row(row: BoardRow, best: list[bool]) -> dict[str, Any]:
    return {
        "id": row.id,
        "method": row.method,
        "year": row.year,
        "model_selection": row.selection,
        "values": [_cell(cell, is_best) for cell, is_best in zip(row.cells, best, strict=True)],
        "source": row.source,
        "link_text": row.link,
        "caveats": list(row.caveats),
        "signature": row.signature,
    }


def _cell(cell: BoardCell, is_best: bool) -> dict[str, Any] | None:
    if cell.text is None:
        return None
    return {"text": cell.text, "value": cell.value} | ({"best": True} if is_best else {})


def _subject(counts: SubjectCounts) -> list[Any]:
    detection = [counts.tp, counts.fp, counts.fn]
    return [counts.dataset, counts.subject, *detection, counts.right, counts.analysed]
