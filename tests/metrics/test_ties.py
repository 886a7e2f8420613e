"""Ties: no order of the rows of a file changes a number of a report, however equal the rows are.

Many predictions share their score, their interval or both, and differ only in emotion or apex; the
rows of all videos are mixed in a CSV, which has no other order than that of its lines.
"""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import mebench
from tests.metrics import documents
from tests.metrics.documents import CLASSES, Document, protocol_of
from tests.metrics.drawing import chance

INTERVALS = [(0, 9), (0, 7), (2, 9), (0, 19), (10, 19)]
VIDEOS = [("1", "a"), ("1", "b"), ("2", "a")]
FIELDS = ["subject", "video", "onset", "offset", "apex", "kind", "emotion", "score"]


@st.composite
def rows(draw: st.DrawFn, most: int, *, predicted: bool) -> list[Document]:
    """Draw the rows of a file from few intervals, apexes, emotions and scores."""
    drawn = []
    for subject, video in VIDEOS:
        for _ in range(draw(st.integers(not predicted, most))):
            onset, offset = draw(st.sampled_from(INTERVALS))
            row: Document = {"subject": subject, "video": video, "onset": onset, "offset": offset}
            row["apex"] = draw(st.sampled_from([onset, onset + 1, (onset + offset) // 2, ""]))
            row["kind"] = "macro" if chance(draw, 4) else "micro"
            row["emotion"] = draw(st.sampled_from(CLASSES))
            if predicted:
                row["score"] = draw(st.sampled_from([0.5, 0.5, 0.75]))
            drawn.append(row)
    return drawn


def written(path: Path, rows: list[Document]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def unordered(report: mebench.Report) -> dict[str, Any]:
    """Return a report without what may follow the order of a file: messages, and names in lists."""
    content: dict[str, Any] = report.to_json()
    content["units"]["videos_without_predictions"].sort()
    content["findings"] = sorted(finding["code"] for finding in content["findings"])
    return content


@given(
    st.sampled_from([documents.ONE_PER_VIDEO, documents.MICRO_STR, documents.TWO_TARGETS_STR]),
    st.data(),
    st.randoms(use_true_random=False),
)
def test_no_order_of_equal_rows_changes_a_number_of_a_report(
    protocol: Document, data: st.DataObject, random: Random
) -> None:
    alone = bool(protocol.get("one_per_video"))
    true = data.draw(rows(1 if alone else 3, predicted=False))
    # A truth that lists an expression twice is refused.
    true = list({tuple(row[name] for name in FIELDS[:4] + FIELDS[5:7]): row for row in true}.values())
    predicted = data.draw(rows(4, predicted=True))
    options: dict[str, Any] = {"by": "video"}
    if chance(data.draw, 3):
        options["score_threshold"] = {"micro": 0.75}
    reports = []
    with TemporaryDirectory() as folder:
        for _ in range(3):
            files = (written(Path(folder) / "p.csv", predicted), written(Path(folder) / "t.csv", true))
            reports.append(unordered(mebench.score(*files, protocol_of(protocol), **options)))
            random.shuffle(predicted)
            random.shuffle(true)
    assert reports[1] == reports[0]
    assert reports[2] == reports[0]
