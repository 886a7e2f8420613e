"""Ties: no order of the rows of a file changes a number of a report, however equal the rows are.

Many predictions share their score and their interval, and differ only in emotion or apex; the rows
of all videos are mixed in a CSV, which has no other order than that of its lines. Reversing a file
changes the order of any two of its rows.
"""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mebench
from tests.metrics import documents
from tests.metrics.documents import CLASSES, Document, protocol_of
from tests.metrics.drawing import chance

INTERVALS = [(0, 9), (0, 19), (10, 19)]
VIDEOS = [("1", "a"), ("1", "b"), ("2", "a")]
FIELDS = ["subject", "video", "onset", "offset", "apex", "kind", "emotion", "score"]


@st.composite
def rows(draw: st.DrawFn, fewest: int, most: int, fields: Document) -> list[Document]:
    """Draw the rows of a file; most rows of a video have the same interval, kind and score."""
    drawn = []
    for subject, video in VIDEOS:
        interval, kind = draw(st.sampled_from(INTERVALS)), "macro" if chance(draw, 4) else "micro"
        for _ in range(draw(st.integers(fewest, most))):
            onset, offset = draw(st.sampled_from(INTERVALS)) if chance(draw, 4) else interval
            apex = draw(st.sampled_from([onset, onset + 2, offset, ""]))
            row = {"subject": subject, "video": video, "onset": onset, "offset": offset}
            row |= {"apex": apex, "kind": kind, "emotion": draw(st.sampled_from(CLASSES))}
            drawn.append(row | {name: draw(values) for name, values in fields.items()})
    return draw(st.permutations(drawn))


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


@pytest.mark.parametrize("protocol", [documents.ONE_PER_VIDEO, documents.TWO_TARGETS_STR])
@given(st.data())
def test_the_reversed_files_give_the_same_report(protocol: Document, data: st.DataObject) -> None:
    alone = protocol.get("one_per_video")
    true = data.draw(rows(1, 1 if alone else 3, {}))
    # A truth that lists an expression twice is refused.
    true = list({str({**row, "apex": None}): row for row in true}.values())
    predicted = data.draw(rows(0, 4, {"score": st.sampled_from([0.5, 0.5, 0.5, 0.75])}))
    with TemporaryDirectory() as name:
        folder = Path(name)
        one, other = (
            mebench.score(
                written(folder / "predictions.csv", predicted[::step]),
                written(folder / "truth.csv", true[::step]),
                protocol_of(protocol),
                by="video",
            )
            for step in (1, -1)
        )
    assert unordered(one) == unordered(other)
