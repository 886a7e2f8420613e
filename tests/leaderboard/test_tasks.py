"""Boards of the other tasks: both kinds spotted, and a composite of given samples."""

from __future__ import annotations

from typing import Any

from mebench.protocols.loader import load_shipped_protocol
from tests.leaderboard.made import Boards

LONG, COMPOSITE = "megc2020-spot-sammlv@1", "megc2019-cde@1"


def long_videos() -> dict[str, Any]:
    """Return a truth with the counts of SAMM Long Videos: 147 videos, 502 expressions."""
    intervals: list[list[Any]] = [[] for _ in range(147)]
    for place in range(502):
        there = intervals[place % 147]
        onset = 100 * len(there) + 10
        kind = "micro" if place % 3 == 0 else "macro"
        there.append({"onset": onset, "offset": onset + 20, "kind": kind})
    return {
        "format": "mebench-truth/1",
        "dataset": "sammlv",
        "videos": [
            {
                "subject": f"{place % 30 + 1:03d}",
                "video": f"v{place}",
                "n_frames": 999,
                "intervals": one,
            }
            for place, one in enumerate(intervals)
        ],
    }


def composite() -> dict[str, Any]:
    """Return a truth with the counts of the composite: 442 samples of three data sets."""
    samples = []
    for dataset in load_shipped_protocol(COMPOSITE).datasets:
        expected = dataset.expected
        assert expected is not None and expected.subjects is not None
        labels = [name for name, count in expected.classes.items() for _ in range(count)]
        back = {after: before for before, after in dataset.label_map.items()}
        samples += [
            {
                "dataset": dataset.id,
                "subject": f"{place % expected.subjects + 1}",
                "sample": f"clip {place}",
                "emotion": back.get(label, label),
            }
            for place, label in enumerate(labels)
        ]
    return {"format": "mebench-truth/1", "samples": samples}


def test_both_kinds(boards: Boards) -> None:
    truth = long_videos()
    boards.write("t.json", truth)
    videos = [
        {"subject": one["subject"], "video": one["video"], "intervals": one["intervals"][:2]}
        for one in truth["videos"]
    ]
    document = {
        "format": "mebench-submission/1",
        "protocol": LONG,
        "system": {"name": "a method"},
        "videos": videos,
    }
    option = ("--truth", f"{LONG}=t.json")
    boards.added(document, *option)
    assert boards.build(*option).status == 0
    data = boards.data(LONG)
    assert [one["id"] for one in data["columns"]] == [
        *("macro.spotting_f1", "micro.spotting_f1", "overall.spotting_f1", "overall.ap")
    ]
    [row] = data["groups"][0]["rows"]
    macro, micro, overall, ap = row["values"]
    assert overall["value"] == 2 * 294 / (294 + 502)
    assert macro["value"] != micro["value"] and ap is None
    assert row["caveats"] == ["Cross-validation not stated: the file has no folds"]
    page = (boards.board(LONG) / "board.md").read_text()
    assert "Recomputed from the predictions; all videos scored" in page


def test_a_composite(boards: Boards) -> None:
    truth = composite()
    boards.write("t.json", truth)
    samples = [{**one, "emotion": "negative"} for one in truth["samples"]]
    document = {
        "format": "mebench-submission/1",
        "protocol": COMPOSITE,
        "system": {"name": "a method"},
        "samples": samples,
    }
    option = ("--truth", f"{COMPOSITE}=t.json")
    boards.added(document, *option)
    assert boards.build(*option).status == 0
    data = boards.data(COMPOSITE)
    assert len(data["columns"]) == 8
    [group] = data["groups"]
    assert (group["title"], group["scope"]) == ("Recomputed from the predictions", None)
    assert None not in group["rows"][0]["values"]
    page = (boards.root / "index.html").read_text()
    assert '["smic-hs-short","1",null,null,null,' in page, "counts of each data set's subject"
