"""Ids that are not known, or stand twice under some spelling: each is named with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mebench
from mebench.models.protocol import AliasRule, ProtocolDataset
from mebench.protocols.id_index import MAX_SUGGESTIONS
from mebench.protocols.id_matching import canonical_id
from tests.evaluation.documents import CLASSES, TOY, codes, interval, submission, truth

ALIASES = AliasRule(prefixes=["sub", "s"], numbers=True, names={"anna": "1"})

COMPOSITE = mebench.Protocol(
    id="pair@1",
    title="Two data sets",
    task="spot-then-recognize",
    targets=["micro"],
    classes=CLASSES,
    datasets=[
        ProtocolDataset(id="one", also_named=["first"], subjects=ALIASES),
        ProtocolDataset(id="two"),
    ],
)


@given(st.integers(0, 10**6), st.integers(0, 3))
def test_leading_zeros_and_prefixes_do_not_count(number: int, zeros: int) -> None:
    assert canonical_id(ALIASES, f"sub{'0' * zeros}{number}") == str(number)


def refused(predictions: Any, true: Any, protocol: mebench.Protocol = TOY) -> list[Any]:
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(predictions, true, protocol)
    return [one for one in caught.value.diagnostics if one.severity == "error"]


TRUE = truth({"sub01/a": [interval(10, 20)], "sub02/a": [interval(10, 20)]})


def test_aliases_score_as_the_truth_s_own_spelling() -> None:
    rows = [interval(10, 20)]
    one = mebench.score(submission({"1/a": rows, "002/a": rows}), TRUE, TOY)
    other = mebench.score(submission({"sub01/a": rows, "sub02/a": rows}), TRUE, TOY)
    assert one == other
    assert one.metrics["spotting_f1"].value == 1


@pytest.mark.parametrize(
    ("name", "code", "pointer", "words"),
    [
        ("9/a", "unknown-subject", "/videos/0/subject", "'9'"),
        ("sub03/a", "unknown-subject", "/videos/0/subject", "Did you mean 'sub0"),
        ("1/b", "unknown-video", "/videos/0/video", "'b' of subject '1'"),
        ("1/A", "unknown-video", "/videos/0/video", "Did you mean 'a'?"),
    ],
)
def test_unknown_ids_are_named(name: str, code: str, pointer: str, words: str) -> None:
    (found,) = refused(submission({name: []}), TRUE)
    assert (found.code, found.place.pointer) == (code, pointer)
    assert "/".join((found.place.subject, found.place.video)) == name
    assert words in found.message


def twice(first: str, second: str) -> dict[str, Any]:
    document = submission({first: []})
    document["videos"] += submission({second: []})["videos"]
    return document


def test_a_video_stands_once() -> None:
    (found,) = refused(twice("1/a", "1/a"), TRUE)
    assert (found.code, found.place.pointer) == ("duplicate-video", "/videos/1/video")


def test_a_video_stands_once_whatever_the_spelling() -> None:
    found = refused(twice("1/a", "sub01/a"), TRUE)
    assert {one.code for one in found} == {"alias-collision"}
    (said,) = [one for one in found if one.place.pointer == "/videos/1/video"]
    assert "'1/a'" in said.message and "'sub01/a'" in said.message


def test_a_truth_that_spells_a_subject_in_two_ways_is_refused() -> None:
    true = truth({"1/a": [], "sub01/b": []})
    assert [one.code for one in refused(submission({}), true)] == ["alias-collision"]
    true["videos"][1]["subject"] = "1"
    true["videos"][1]["video"] = "a"
    assert [one.code for one in refused(submission({}), true)] == ["duplicate-video"]


def named(dataset: str | None, subject: str) -> dict[str, Any]:
    name = {} if dataset is None else {"dataset": dataset}
    return {**name, "subject": subject, "video": "a", "intervals": [interval(1, 5)]}


def test_composites_carry_the_data_set_beside_the_subject() -> None:
    true = {"format": "mebench-truth/1", "videos": [named("one", "1"), named("two", "1")]}
    good = {
        **submission({}),
        "protocol": "pair@1",
        "videos": [named("first", "s1"), named("two", "1")],
    }
    report = mebench.score(good, true, COMPOSITE)
    assert report.units.subjects == 2
    assert report.metrics["spotting_f1"].value == 1
    for videos, expected in (
        ([named(None, "1")], "dataset-missing"),
        ([named("three", "1")], "unknown-dataset"),
        ([named("two", "s1")], "unknown-subject"),
        ([named("one", "1"), named("first", "1")], "duplicate-video"),
    ):
        found = refused({**good, "videos": videos}, true, COMPOSITE)
        assert [one.code for one in found] == [expected]


def test_a_thousand_unknown_videos_are_quickly_said() -> None:
    """Each is compared with the known ones only while that is cheap."""
    many = {f"1/video{number}": [interval(1, 2)] for number in range(3000)}
    true = truth({f"1/vide{number}": [] for number in range(3000)})
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission(many), true, TOY)
    assert set(codes(caught.value)) == {"unknown-video"}
    assert caught.value.omitted == {"unknown-video": 2000}
    helped = sum("Did you mean" in one.message for one in caught.value.diagnostics)
    assert 0 < helped <= MAX_SUGGESTIONS


@pytest.mark.parametrize("text", ["sub²", "sub１", "sub١", "sub1a", "Sub1", "sub", "subs1"])
def test_only_plain_numbers_lose_their_prefix(text: str) -> None:
    assert canonical_id(ALIASES, text) == text
