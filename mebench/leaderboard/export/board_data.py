"""A board as plain data, for ``board.json`` and the HTML page."""

from __future__ import annotations

from typing import Any

from mebench.evaluation.fold_checks import fold_text
from mebench.leaderboard.board_rows import BoardRow, RowGroup
from mebench.leaderboard.build_board import Board
from mebench.models.protocol import Protocol


def board_data(board: Board) -> dict[str, Any]:
    """Return a board as JSON data."""
    protocol, by = board.folder.protocol, list(board.columns).index(board.by)
    return {
        "format": "mebench-board/1",
        "protocol": protocol.id,
        "title": board.folder.title,
        "description": board.folder.text,
        "deadline": board.folder.settings.deadline,
        "truth": board.truth,
        "by": board.by.id,
        "columns": [
            {
                "id": column.id,
                "title": column.title,
                "better": column.definition.better,
                "unit": column.definition.unit,
            }
            for column in board.columns
        ],
        "groups": [
            {
                "title": group.title,
                "label": group.label,
                "scope": group.scope,
                "differs": group.differs or None,
                "chosen_on_test": group.is_chosen_on_test,
                "ranked": group.is_ranked,
                "rows": [
                    {"rank": rank, **_row(group, index, row, by)}
                    for index, (rank, row) in enumerate(
                        zip(board.ranks(group), group.rows, strict=True)
                    )
                ],
            }
            for group in board.groups
        ],
        "refused": [
            # Without the place: the folder differs between machines.
            {
                "name": name,
                "reasons": [{"code": reason.code, "message": reason.message} for reason in reasons],
            }
            for name, reasons in board.refused.items()
        ],
    }


def row_details(row: BoardRow, protocol: Protocol) -> dict[str, Any] | None:
    """Return the details of the row of an entry, with counts per class and per subject."""
    report = row.report
    if report is None:
        return None
    analysis = report.counts.analysis
    return {
        "units": report.units.model_dump(
            mode="json", exclude={"videos_without_predictions", "subjects_left_out"}
        ),
        "silent": len(report.units.videos_without_predictions),
        "folds": fold_text(protocol, stated=report.folds.stated, verified=report.folds.verified),
        "system": report.system.to_json() if report.system else None,
        "spotting": report.counts.spotting.model_dump() if report.counts.spotting else None,
        "confusion": analysis.confusion.model_dump(mode="json") if analysis else None,
        "subjects": [list(counts.model_dump().values()) for counts in row.subjects],
        "findings": [
            finding.message for finding in report.findings if finding.severity == "warning"
        ],
    }


def _row(group: RowGroup, index: int, row: BoardRow, by: int) -> dict[str, Any]:
    """Return a row of a group; ``by`` is the index of the column that ranks."""
    values: list[dict[str, Any] | None] = []
    for column, cell in enumerate(row.cells):
        best = {"best": True} if (index, column) in group.best else {}
        if column == by and index in group.like_best:
            best["like_best"] = True
        known = cell.text is not None
        ci95 = {"ci95": list(cell.ci95)} if cell.ci95 else {}
        values.append({"text": cell.text, "value": cell.value, **ci95, **best} if known else None)
    return {
        "id": row.id,
        "method": row.method,
        "year": row.year,
        "model_selection": row.selection,
        "isolation": row.isolation,
        "values": values,
        "source": row.source,
        "link_text": row.link,
        "caveats": list(row.caveats),
        "not_ranked": list(row.not_ranked),
        "signature": row.signature,
    }
