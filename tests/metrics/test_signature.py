"""The signature: everything that changes a score changes the expected part of it, nothing else.

Row order and spelling are tested in ``test_invariance``.
"""

from __future__ import annotations

from typing import Any

import pytest

from mebench.evaluation.signature import parse_signature
from mebench.version import VERSION
from tests.metrics import documents
from tests.metrics.documents import Document, micro, score, submission, truth

TRUTH = truth({"1/a": [micro(0, 9), micro(30, 39, "positive")], "1/b": [], "2/a": [micro(5, 9)]})
PREDICTIONS = submission(
    {
        "1/a": [micro(0, 8, score=0.5), micro(30, 40, score=0.25)],
        "1/b": [],
        "2/a": [micro(5, 9, score=0.75)],
    }
)
PROTOCOL = documents.MICRO_STR_ALL_VIDEOS


def parts(
    predictions: Document = PREDICTIONS,
    truth: Document = TRUTH,
    protocol: Document = PROTOCOL,
    **options: Any,
) -> dict[str, str]:
    """Return the parsed signature of a score."""
    return parse_signature(score(predictions, truth, protocol, **options).signature)


def changed(document: Document, video: int, row: int, **fields: Any) -> Document:
    """Return a document with other fields in one interval."""
    videos = [dict(video_row) for video_row in document["videos"]]
    intervals = [dict(interval) for interval in videos[video]["intervals"]]
    intervals[row].update(fields)
    videos[video]["intervals"] = intervals
    return {**document, "videos": videos}


def differing(first: dict[str, str], second: dict[str, str]) -> set[str]:
    return {name for name in {*first, *second} if first.get(name) != second.get(name)}


def test_all_its_parts() -> None:
    found = parts()
    assert list(found) == [
        *("mebench", "p", "rules", "iou", "match", "ap", "zerodiv", "agg", "scope", "frames"),
        *("thr", "truth", "preds", "v"),
    ]
    for name in ("rules", "truth", "preds"):
        digits = found.pop(name)
        assert len(digits) == 8
        assert set(digits) <= set("0123456789abcdef")
    assert found == {
        "mebench": "1",
        "p": "str@1",
        "iou": "ge.50",
        "match": "max",
        "ap": "interp",
        "zerodiv": "0",
        "agg": "pooled",
        "scope": "all",
        "frames": "kept",
        "thr": "none",
        "v": VERSION,
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"onset": 1},
        {"offset": 9},
        {"apex": 4},
        {"score": 0.5000001},
        {"emotion": "positive"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_a_changed_prediction_changes_preds_alone(fields: Document) -> None:
    assert differing(parts(), parts(changed(PREDICTIONS, 0, 0, **fields))) == {"preds"}


@pytest.mark.parametrize(
    "fields",
    [{"onset": 1}, {"offset": 8}, {"emotion": "positive"}, {"emotion": "contempt"}, {"apex": 4}],
    ids=lambda fields: "-".join(map(str, *fields.items())),
)
def test_a_changed_truth_changes_truth_alone(fields: Document) -> None:
    assert differing(parts(), parts(truth=changed(TRUTH, 0, 0, **fields))) == {"truth"}


def test_the_length_of_a_video_is_part_of_the_truth() -> None:
    videos = [dict(row) for row in TRUTH["videos"]]
    lengths = []
    for length in (None, 100, 101):
        videos[0]["n_frames"] = length
        lengths.append(parts(truth={**TRUTH, "videos": videos}))
    assert lengths[0] == parts()
    assert differing(lengths[0], lengths[1]) == differing(lengths[1], lengths[2]) == {"truth"}


def test_folds_count_only_where_the_mean_over_folds_depends_on_them() -> None:
    loso = {**PREDICTIONS, "folds": [{"test": ["2"]}, {"test": ["1"]}]}
    assert parts(loso) == parts()
    together = {**PREDICTIONS, "folds": [{"test": ["1", "2"]}]}
    assert differing(parts(together), parts()) == {"preds"}


def test_the_kind_of_a_truth_counts_where_both_are_spotted() -> None:
    protocol = documents.TWO_TARGETS
    one, other = TRUTH, changed(TRUTH, 0, 0, kind="macro")
    assert differing(
        parts(truth=one, protocol=protocol), parts(truth=other, protocol=protocol)
    ) == {"truth"}


def test_a_video_without_expressions_counts_where_all_videos_are_in_scope() -> None:
    fewer = {**TRUTH, "videos": [row for row in TRUTH["videos"] if row["video"] != "b"]}
    silent = {**PREDICTIONS, "videos": [r for r in PREDICTIONS["videos"] if r["video"] != "b"]}
    assert differing(parts(silent), parts(silent, fewer)) == {"truth"}
    with_target = documents.MICRO_STR
    assert differing(parts(silent, TRUTH, with_target), parts(silent, fewer, with_target)) == set()


def test_an_empty_entry_and_none_are_the_same_predictions() -> None:
    silent = {**PREDICTIONS, "videos": [r for r in PREDICTIONS["videos"] if r["video"] != "b"]}
    assert parts(silent) == parts()


def test_predictions_out_of_scope_do_not_count() -> None:
    more = submission({"1/b": [micro(0, 9, score=1.0)]})["videos"]
    others = [row for row in PREDICTIONS["videos"] if row["video"] != "b"]
    noisy = {**PREDICTIONS, "videos": [*others, *more]}
    with_target = documents.MICRO_STR
    assert parts(noisy, TRUTH, with_target) == parts(PREDICTIONS, TRUTH, with_target)


@pytest.mark.parametrize(
    ("threshold", "text"), [(0.5, "0.5"), (1, "1.0"), (0, "0.0"), ({"micro": 0.5}, "micro=0.5")]
)
def test_a_threshold_is_part_of_it(threshold: Any, text: str) -> None:
    one, other = parts(), parts({**PREDICTIONS, "score_threshold": threshold})
    assert differing(one, other) == {"thr", "preds"}
    assert other["thr"] == text
    assert parts(score_threshold=threshold) == other


def test_a_threshold_of_one_video_is_part_of_it() -> None:
    videos = [dict(row) for row in PREDICTIONS["videos"]]
    videos[0]["score_threshold"] = 0.3
    found = parts({**PREDICTIONS, "videos": videos})
    assert found["thr"] == "video"
    videos[0]["score_threshold"] = 0.6
    assert differing(found, parts({**PREDICTIONS, "videos": videos})) == {"preds"}


def test_a_changed_rule_changes_the_hash_of_the_rules() -> None:
    other = {**PROTOCOL, "classes": ["positive", "negative", "surprise"]}
    assert "rules" in differing(parts(), parts(protocol=other))
    assert differing(parts(), parts(protocol={**PROTOCOL, "title": "Another title"})) == set()


def test_the_sign_of_zero_is_no_difference() -> None:
    # Two rows alike but for it have no order of their own.
    rows = [micro(0, 9, score=0.0), micro(0, 9, score=-0.0)]
    one, other = (parts(submission({"1/a": ordered})) for ordered in (rows, rows[::-1]))
    assert one == other
