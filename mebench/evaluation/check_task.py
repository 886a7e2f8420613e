"""Check that a file has rows for the task of the protocol."""

from __future__ import annotations

from mebench.diagnostics import Findings, Place
from mebench.models.annotation_table import AnnotationTable, TruthTable
from mebench.models.protocol import Protocol


def check_task(table: AnnotationTable, protocol: Protocol, findings: Findings) -> None:
    """Report rows of the other task: samples in spotting, or intervals in recognition.

    Predictions must have no such row. A truth may have rows for both tasks, or no row at all.
    """
    rows = (("intervals in videos", len(table.videos)), ("samples", len(table.samples)))
    (own, own_rows), (other, other_rows) = rows if protocol.spots else rows[::-1]
    place = Place(file=table.file)
    if isinstance(table, TruthTable):
        if other_rows and not own_rows:
            findings.error(
                "wrong-task",
                f"{protocol.id} scores {own}, but the truth has only {other}.",
                "Check that the truth belongs to this protocol.",
                place,
            )
    elif other_rows:
        scored, given, other_task = "labels of samples", "intervals", "spotting"
        if protocol.spots:
            scored, given, other_task = own, other, "recognition"
        findings.error(
            "wrong-task",
            f"{protocol.id} scores {scored}, but the file has {given}.",
            f"Use a {other_task} protocol.",
            place,
        )
