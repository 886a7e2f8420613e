"""Folds that a protocol prescribes: holdout, k-fold by subject, leave-one-dataset-out."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

import pytest

import mebench
from mebench.evaluation.challenge_files import blind, template
from mebench.models.base import SubjectKey
from mebench.models.fold_rule import FoldRule, HoldoutPart
from mebench.models.protocol import ProtocolDataset
from mebench.protocols.fold_plan import plan_folds
from tests.evaluation.documents import TOY, codes, interval, submission, truth, write

HOLDOUT = TOY.model_copy(
    update={
        "folds": FoldRule(
            type="holdout",
            training=HoldoutPart(splits=["train"]),
            test=HoldoutPart(splits=["test"], subjects=["sub4"]),
        )
    }
)
TEN = TOY.model_copy(update={"folds": FoldRule(type="k-fold", k=3, seed=7)})
SPLITS = {"1": "train", "2": "train", "3": "test", "5": "other"}


def split_truth(**splits: str) -> dict[str, Any]:
    """Return the truth of five subjects; the fourth is in the test part by its name."""
    document = truth({f"{subject}/a": [interval(10, 20)] for subject in "12345"})
    for video in document["videos"]:
        split = {**SPLITS, **{name[1:]: text for name, text in splits.items()}}.get(
            video["subject"]
        )
        video |= {"split": split} if split else {}
    return document


def scored(folds: Any, predicted: str = "34", **splits: str) -> mebench.Report:
    rows = {f"{subject}/a": [interval(10, 20)] for subject in predicted}
    document = submission(rows) | ({"folds": folds} if folds else {})
    return mebench.score(document, split_truth(**splits), HOLDOUT)


def test_only_the_test_part_is_scored() -> None:
    report = scored(None)
    assert (report.units.subjects, report.units.truths) == (2, 2)
    assert report.metrics["spotting_f1"].value == 1
    assert [one.code for one in report.findings] == []


def test_predictions_outside_the_test_part_are_noted_and_change_nothing() -> None:
    report = scored(None, "12345")
    [note] = report.findings
    assert (note.severity, note.code) == ("note", "not-in-test-part")
    assert note.message.startswith(
        "2 predicted videos of the training part and 1 predicted video of no part ignored"
    )
    assert report.signature == scored(None).signature


def test_the_stated_fold_of_a_holdout() -> None:
    report = scored([{"test": ["3", "4"], "training": ["1", "sub02"]}])
    assert report.folds.verified
    assert report.folds.text == (
        "The stated folds are those of the protocol "
        "(holdout: training on split train, test on split test and subject sub4)"
    )


@pytest.mark.parametrize(
    ("fold", "expected"),
    [
        ({"test": ["3"]}, ["fold-differs", "fold-untested"]),
        ({"test": ["3", "4"], "training": ["1", "3"]}, ["fold-leakage"]),
        ({"test": ["3", "4"], "training": ["1", "5"]}, ["fold-outside-training"]),
        ({"test": ["3", "4"], "validation": ["5"]}, ["fold-outside-training"]),
    ],
)
def test_contradictions_of_a_holdout(fold: Any, expected: list[str]) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        scored([fold])
    assert codes(caught.value) == expected


def test_parts_of_a_truth() -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        scored(None, _4="train")
    assert codes(caught.value) == ["holdout-overlap"]
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({}), truth({"1/a": [interval(1, 5)]}), HOLDOUT)
    assert codes(caught.value) == ["holdout-empty"]
    assert "it states no `split`" in str(caught.value)


def test_a_holdout_of_samples() -> None:
    rules = mebench.Protocol.model_validate(
        {
            "id": "r@1",
            "title": "x",
            "task": "recognize",
            "classes": ["a", "b"],
            "datasets": [{"id": "toy"}],
            "folds": {
                "type": "holdout",
                "training": {"subjects": ["1"]},
                "test": {"subjects": ["2"]},
            },
        }
    )
    samples = [{"subject": one, "sample": "s", "emotion": "a"} for one in "12"]
    true = {"format": "mebench-truth/1", "samples": samples}
    predicted = {
        "format": "mebench-submission/1",
        "protocol": "r@1",
        "system": {"name": "x"},
        "samples": samples[1:],
    }
    report = mebench.score(predicted, true, rules)
    assert (report.units.subjects, report.metrics["accuracy"].value) == (1, 1)


def assigned(names: list[str], k: int, seed: int) -> list[set[str]]:
    """Return the folds as docs/protocols.md describes them, from hashes alone."""
    key = blake2b(
        json.dumps([1, seed, "k-fold"]).encode(), digest_size=16, person=b"mebench-draws"
    ).digest()
    order = sorted(names)
    for step, last in enumerate(range(len(order) - 1, 0, -1)):
        drawn = blake2b(key + step.to_bytes(8, "big"), digest_size=8).digest()
        other = int.from_bytes(drawn, "big") * (last + 1) >> 64
        order[last], order[other] = order[other], order[last]
    return [set(order[fold::k]) for fold in range(k)]


@pytest.mark.parametrize("seed", [0, 7, 2**31 - 1])
def test_k_fold_is_reproducible_from_its_description(seed: int) -> None:
    rules = TOY.model_copy(update={"folds": FoldRule(type="k-fold", k=3, seed=seed)})
    subjects = [SubjectKey("toy", f"sub{number:02d}") for number in range(10, 0, -1)]
    planned = plan_folds(rules, subjects)
    numbers = [
        {one.subject.removeprefix("sub").lstrip("0") for one in fold.test} for fold in planned
    ]
    assert numbers == assigned([str(number) for number in range(1, 11)], 3, seed)
    assert sorted(map(len, numbers)) == [3, 3, 4]
    respelled = plan_folds(rules, [SubjectKey("toy", str(number)) for number in range(1, 11)])
    assert [{one.subject for one in fold.test} for fold in respelled] == numbers


def test_k_fold_is_checked_and_the_template_has_the_folds(tmp_path: Any) -> None:
    true = truth({f"{number}/a": [interval(10, 20)] for number in range(1, 11)})
    hidden = write(tmp_path, "blind.json", blind(write(tmp_path, "t.json", true)).to_json())
    folds = template(TEN, hidden)["folds"]
    assert len(folds) == 3
    report = mebench.score({**submission({}), "folds": folds[::-1]}, true, TEN)
    assert report.folds.text == (
        "The stated folds are those of the protocol (3-fold by subject, seed 7)"
    )
    moved = folds[1]["test"].pop()
    folds[0]["test"].append(moved)
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score({**submission({}), "folds": folds}, true, TEN)
    assert codes(caught.value) == ["fold-differs", "fold-differs"]
    assert f"its fold '1 of 3', it adds '{moved}'." in str(caught.value)
    assert f"its fold '2 of 3', it lacks '{moved}'." in str(caught.value)


def test_leave_one_dataset_out() -> None:
    pair = mebench.Protocol.model_validate(
        {
            **TOY.model_dump(mode="json", exclude={"id", "datasets", "folds"}),
            "id": "pair@1",
            "folds": "leave-one-dataset-out",
            "datasets": [{"id": "one"}, {"id": "two"}],
        }
    )
    names = [("one", "1"), ("one", "2"), ("two", "1")]
    videos = [
        {"dataset": dataset, "subject": subject, "video": "a", "intervals": [interval(1, 5)]}
        for dataset, subject in names
    ]
    true = {"format": "mebench-truth/1", "videos": videos}
    one, other, two = ({"dataset": dataset, "subject": subject} for dataset, subject in names)

    def outcome(*tests: Any) -> Any:
        document = {**submission({}), "protocol": "pair@1"}
        document["folds"] = [{"test": list(test)} for test in tests]
        try:
            return mebench.score(document, true, pair).folds.text
        except mebench.MebenchError as error:
            return codes(error)

    assert outcome((one, other), (two,)) == "The stated folds are leave-one-dataset-out"
    assert outcome((one,), (other,), (two,)) == ["fold-differs", "fold-differs"]


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        ({"type": "k-fold", "k": 3}, "needs `seed`"),
        ({"type": "k-fold", "k": 3, "seed": 1, "test": {"splits": ["a"]}}, "has no `test`"),
        ({"type": "holdout", "test": {"splits": ["a"]}}, "needs `training`"),
        ({"type": "holdout", "training": {}, "test": {"splits": ["a"]}}, "names nothing"),
        (
            {"type": "holdout", "training": {"splits": ["a"]}, "test": {"splits": ["a"]}},
            "both parts",
        ),
        ("leave-one-dataset-out", "at least two `datasets`"),
    ],
)
def test_rules_that_contradict_themselves(folds: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mebench.Protocol(
            id="x@1",
            title="x",
            task="recognize",
            classes=["a"],
            datasets=[ProtocolDataset(id="toy")],
            folds=folds,
        )
