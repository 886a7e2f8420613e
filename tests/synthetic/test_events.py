"""The table of events agrees with the truth, and holds what the truth does not."""

from __future__ import annotations

import csv
import io

from mebench_synthetic.recipe import HARD
from mebench_synthetic.truth import events_as_csv, truth_of


def test_events_hold_the_truth_and_more() -> None:
    rows = list(csv.DictReader(io.StringIO(events_as_csv(HARD))))
    told = {
        (row["subject"], row["video"], row["event"], int(row["onset"]), int(row["offset"]))
        for row in rows
    }
    truth = {
        (video.subject, video.video, one.get("kind"), one["onset"], one["offset"])
        for video in truth_of(HARD).videos
        for one in video.intervals or ()
    }
    assert truth < told
    assert {row["event"] for row in rows} == {
        *("micro", "macro", "trace", "blink", "glance", "nod"),
    }
    assert [row["onset"] for row in rows if row["video"] == "v1"][:2] == ["0", rows[1]["onset"]]
