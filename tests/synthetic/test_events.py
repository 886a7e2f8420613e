"""The event table agrees with the truth, and contains further events."""

from __future__ import annotations

import csv
import io

from mebench_synthetic.recipe import HARD
from mebench_synthetic.truth import events_as_csv, truth_of


def test_events_contain_the_truth_and_more() -> None:
    rows = list(csv.DictReader(io.StringIO(events_as_csv(HARD))))
    events = {
        (row["subject"], row["video"], row["event"], int(row["onset"]), int(row["offset"]))
        for row in rows
    }
    truth = {
        (video.subject, video.video, row.get("kind"), row["onset"], row["offset"])
        for video in truth_of(HARD).videos
        for row in video.intervals or ()
    }
    assert truth < events
    assert {row["event"] for row in rows} == {
        *("micro", "macro", "trace", "blink", "glance", "nod"),
    }
    assert [row["onset"] for row in rows if row["video"] == "v1"][:2] == ["0", rows[1]["onset"]]
