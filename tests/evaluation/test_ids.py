"""Ids: compared exactly, after the alias rules that the protocol declares."""

from __future__ import annotations

from typing import Any

import pytest

import mebench
from mebench.models.protocol import AliasRule
from mebench.protocols.id_matching import canonical_id
from mebench.protocols.loader import load_protocol
from tests.evaluation.documents import TOY, codes, interval, submission, truth


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1", "1"),
        ("01", "1"),
        ("001", "1"),
        ("sub01", "1"),
        ("sub1", "1"),
        ("sub", "sub"),
        ("sub1a", "sub1a"),
        ("Sub01", "Sub01"),
        ("s01", "s01"),
        ("0", "0"),
        ("1.0", "1.0"),
        ("١", "١"),
        ("own", "7"),
    ],
)
def test_spellings_of_one_id(text: str, key: str) -> None:
    rule = AliasRule(prefixes=["sub"], numbers=True, names={"own": "sub07"})
    assert canonical_id(rule, text) == key


def test_without_rules_ids_are_exact() -> None:
    assert canonical_id(AliasRule(), "01") == "01"


@pytest.mark.parametrize("spelling", ["1", "01", "sub01"])
def test_spellings_score_alike(spelling: str) -> None:
    true = truth({"sub01/a": [interval(10, 20)]})
    report = mebench.score(submission({f"{spelling}/a": [interval(10, 20)]}), true, TOY)
    assert report.metrics["spotting_f1"].value == 1
    exact = mebench.score(submission({"sub01/a": [interval(10, 20)]}), true, TOY)
    assert report.signature == exact.signature


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [
        (["1/a", "01/b"], [], ["alias-collision"]),
        (["1/a", "1/a"], [], ["duplicate-video"]),
        (["1/a", "2/a"], ["1/a", "1/a"], ["duplicate-video"]),
        (["1/a", "2/a"], ["1/a", "sub1/a"], ["alias-collision", "alias-collision"]),
        (["1/a"], ["3/a"], ["unknown-subject"]),
        (["1/a"], ["1/b"], ["unknown-video"]),
        (["1/a"], ["1/b", "3/a"], ["unknown-video", "unknown-subject"]),
    ],
)
def test_clashes_and_strangers_are_errors(
    true: list[str], predicted: list[str], expected: list[str]
) -> None:
    def document(names: list[str], make: Any) -> Any:
        made = make({})
        made["videos"] = [
            {"subject": name.split("/")[0], "video": name.split("/")[1], "intervals": []}
            for name in names
        ]
        return made

    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document(predicted, submission), document(true, truth), TOY)
    assert codes(caught.value) == expected


def test_unknown_ids_say_what_may_be_meant() -> None:
    true = truth({"sub01/EP02_01f": [], "sub02/EP03_02": []})
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({"1/EP02_01": [], "2/EP3_02": []}), true, TOY)
    messages = [one.message for one in caught.value.diagnostics]
    assert "Did you mean 'EP02_01f'?" in messages[0]
    assert "Did you mean 'EP03_02'?" in messages[1]


def test_subject_in_the_name_of_a_video() -> None:
    protocol = load_protocol("megc2020-spot-sammlv")
    true = {
        "format": "mebench-truth/1",
        "dataset": "sammlv",
        "videos": [{"subject": "006", "video": "006_1", "intervals": []}],
    }
    predictions = {
        **submission({"6/006_1": [interval(1, 5, None, kind="macro")]}),
        "protocol": protocol.id,
    }
    report = mebench.score(predictions, true, protocol)
    assert report.groups["macro"]["spotting_precision"].value == 0


def test_composites_need_the_data_set() -> None:
    true = {
        "format": "mebench-truth/1",
        "samples": [
            {"dataset": "casme2", "subject": "1", "sample": "x", "emotion": "disgust"},
            {"dataset": "samm", "subject": "1", "sample": "x", "emotion": "happiness"},
        ],
    }
    head = {**submission({}), "protocol": "megc2019-cde@1", "videos": []}
    sample = {"subject": "1", "sample": "x", "emotion": "negative"}
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score({**head, "samples": [sample]}, true)
    assert codes(caught.value) == ["dataset-missing"]
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score({**head, "samples": [{**sample, "dataset": "casme3"}]}, true)
    assert codes(caught.value) == ["unknown-dataset"]
    both = [{**sample, "dataset": name} for name in ("casme2", "samm")]
    report = mebench.score({**head, "samples": both}, true)
    assert report.counts.analysis is not None
    assert (report.counts.analysis.tp, report.counts.analysis.total) == (1, 2)
    assert report.groups["casme2"]["accuracy"].value == 1
    assert report.groups["samm"]["accuracy"].value == 0
