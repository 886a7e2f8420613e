"""Invariance: the order of rows, the ids, a shift in time, and what is left out change no number.

Videos and intervals of both truth and predictions are shuffled. Renamed ids stay different; a shift
moves all frames of all videos.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.models.report import Report
from tests.metrics import documents
from tests.metrics.documents import Document, score
from tests.metrics.drawing import cases, recognition_cases

PROTOCOLS = [
    documents.MICRO_STR,
    documents.ONE_PER_VIDEO_ALL_VIDEOS,
    documents.TWO_TARGETS_STR,
]
FRAME_FIELDS = ("onset", "apex", "offset")

any_case = st.one_of([cases(protocol) for protocol in PROTOCOLS])


def scored(case: Document) -> Report:
    return score(case["predictions"], case["truth"], case["protocol"])


def shuffled(document: Document, random: Random) -> Document:
    """Return a truth or submission with its rows in another order."""
    part = "samples" if "samples" in document else "videos"
    rows = [dict(row) for row in document[part]]
    random.shuffle(rows)
    for row in rows:
        if "intervals" in row:
            row["intervals"] = random.sample(row["intervals"], len(row["intervals"]))
    return {**document, part: rows}


def renamed(document: Document, names: dict[str, str]) -> Document:
    """Return a truth or submission with other ids; every id is in ``names``."""
    return {
        **document,
        "videos": [
            {**row, "subject": names[row["subject"]], "video": names[row["video"]]}
            for row in document["videos"]
        ],
    }


def shifted(document: Document, frames: int) -> Document:
    """Return a truth or submission shifted by some frames."""
    videos = []
    for row in document["videos"]:
        intervals = [
            {
                name: value + frames if name in FRAME_FIELDS and value is not None else value
                for name, value in interval.items()
            }
            for interval in row["intervals"]
        ]
        video = {**row, "intervals": intervals}
        if "n_frames" in row:
            video["n_frames"] = row["n_frames"] + frames
        videos.append(video)
    return {**document, "videos": videos}


def assert_same_numbers(first: Report, second: Report) -> None:
    """Assert that all counts and metrics are equal in every digit."""
    assert first.metrics == second.metrics
    assert first.groups == second.groups
    assert first.counts == second.counts
    assert first.group_counts == second.group_counts


@given(
    any_case,
    st.randoms(use_true_random=False),
    st.permutations(["s10", "9", "a", "b", "é", "Z z", "1", "2", "3", "c"]),
    st.sampled_from([1, 7, 1000, 2**24]),
)
def test_no_order_of_rows_no_name_and_no_shift_in_time_changes_a_digit(
    case: Document, random: Random, others: list[str], frames: int
) -> None:
    """The order does not change the signature either."""
    before = scored(case)
    after = score(
        shuffled(case["predictions"], random), shuffled(case["truth"], random), case["protocol"]
    )
    assert_same_numbers(before, after)
    assert after.signature == before.signature
    assert after.mean_over_folds == before.mean_over_folds

    ids = sorted({row[field] for row in case["truth"]["videos"] for field in ("subject", "video")})
    names = dict(zip(ids, others, strict=False))
    after = score(
        renamed(case["predictions"], names), renamed(case["truth"], names), case["protocol"]
    )
    assert_same_numbers(before, after)

    after = score(
        shifted(case["predictions"], frames), shifted(case["truth"], frames), case["protocol"]
    )
    assert_same_numbers(before, after)


def without_orders(truth: Document, *, only_first: bool) -> Document:
    """Return a truth without `order`, and on demand without the further expressions."""
    videos = [
        {
            **row,
            "intervals": [
                {name: value for name, value in one.items() if name != "order"}
                for one in row["intervals"]
                if not only_first or one.get("order", 1) == 1
            ],
        }
        for row in truth["videos"]
    ]
    return {**truth, "videos": videos}


@given(cases(documents.FIRST_EXPRESSION_ONLY))
def test_expressions_left_out_by_the_rule_change_neither_number_nor_signature(
    case: Document,
) -> None:
    before = scored(case)
    truth = without_orders(case["truth"], only_first=True)
    after = score(case["predictions"], truth, case["protocol"])
    assert_same_numbers(before, after)
    assert after.signature == before.signature
    assert after.units == before.units


@given(cases(documents.FIRST_EXPRESSION_ONLY))
def test_without_the_rule_an_order_changes_neither_number_nor_signature(case: Document) -> None:
    for row in case["truth"]["videos"]:
        for one in row["intervals"]:
            one["emotion"] = one["emotion"] or "contempt"
    truth = without_orders(case["truth"], only_first=False)
    before = score(case["predictions"], case["truth"], documents.ONE_PER_VIDEO)
    after = score(case["predictions"], truth, documents.ONE_PER_VIDEO)
    assert_same_numbers(before, after)
    assert after.signature == before.signature


@given(recognition_cases(documents.RECOGNITION), st.randoms(use_true_random=False))
def test_no_order_of_samples_changes_a_digit_or_the_signature(
    case: Document, random: Random
) -> None:
    before = scored(case)
    after = score(
        shuffled(case["predictions"], random), shuffled(case["truth"], random), case["protocol"]
    )
    assert_same_numbers(before, after)
    assert after.signature == before.signature


@pytest.mark.parametrize("spelling", ["positive", "POSITIVE", "  Positive ", "happiness"])
def test_no_spelling_of_an_emotion_changes_a_number_or_the_signature(spelling: str) -> None:
    truth = documents.truth({"1/a": [documents.micro(0, 9, "positive")]})
    plain, other = (
        score(
            documents.submission({"1/a": [documents.micro(0, 9, name)]}), truth, documents.MICRO_STR
        )
        for name in ("positive", spelling)
    )
    assert_same_numbers(plain, other)
    assert other.signature == plain.signature
    assert other.metrics["accuracy"].value == 1
