"""What a signature depends on: what is scored, and neither spelling nor what is ignored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mebench
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import HashedNames, parse_signature, prediction_hash
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import NO_CLASS, NO_FRAME
from mebench.protocols.label_mapping import ClassList
from mebench.util.hashing import digest
from tests.evaluation.documents import (
    TOY,
    TWO_KINDS_TOML,
    codes,
    interval,
    submission,
    truth,
    write,
)

FOUND = {"1/a": [interval(10, 20, score=0.5)], "2/b": [interval(5, 9, score=0.25)]}
TRUE = {"1/a": [interval(10, 20)], "2/b": []}


def spelled(names: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {prefix + name: intervals for name, intervals in names.items()}


@pytest.mark.parametrize("prefix", ["0", "sub", "sub0"])
def test_the_spelling_of_ids_is_no_part_of_it(prefix: str) -> None:
    plain = mebench.score(submission(FOUND), truth(TRUE), TOY)
    for predicted, true in [(prefix, ""), ("", prefix), (prefix, prefix)]:
        report = mebench.score(
            submission(spelled(FOUND, predicted)), truth(spelled(TRUE, true)), TOY
        )
        assert report.signature == plain.signature


def test_what_is_out_of_scope_is_no_part_of_it() -> None:
    scoped = TOY.model_copy(update={"video_scope": "with-target"})
    plain = mebench.score(submission({"1/a": FOUND["1/a"]}), truth(TRUE), scoped)
    more = submission(FOUND)
    more["videos"][1]["score_threshold"] = 0.9
    assert mebench.score(more, truth(TRUE), scoped).signature == plain.signature


@pytest.mark.parametrize("threshold", [0, 0.0, -0.0, {"micro": 0}, {"micro": -0.0, "macro": 5}])
def test_a_threshold_has_one_spelling(threshold: Any) -> None:
    signed = mebench.score(submission(FOUND, score_threshold=threshold), truth(TRUE), TOY).signature
    wanted = "micro=0.0" if isinstance(threshold, dict) else "0.0"
    assert parse_signature(signed)["thr"] == wanted
    asked = mebench.score(submission(FOUND), truth(TRUE), TOY, score_threshold=threshold)
    assert asked.signature == signed


@pytest.mark.parametrize(
    "threshold", [float("nan"), float("inf"), {}, {"bogus": 1}, {"micro": "1"}]
)
def test_what_is_no_threshold_is_refused(threshold: Any) -> None:
    with pytest.raises(mebench.UsageError) as caught:
        mebench.score(submission(FOUND), truth(TRUE), TOY, score_threshold=threshold)
    assert codes(caught.value) == ["bad-threshold"]
    with pytest.raises(mebench.MebenchError):
        mebench.score(submission(FOUND, score_threshold=threshold), truth(TRUE), TOY)


def test_a_kind_given_to_predictions_alone_is_no_rule(tmp_path: Any) -> None:
    protocol = str(write(tmp_path, "kinds.toml", TWO_KINDS_TOML))
    true = truth({"1/a": [interval(10, 20, kind="micro")]})
    head = {"protocol": "kinds@1"}
    stated = submission({"1/a": [interval(10, 20, kind="micro")]}, **head)
    silent = submission({"1/a": [interval(10, 20)]}, **head)
    settings = ScoringOptions(kind="micro")
    one, other = (score_with_options(given, true, protocol, settings) for given in (stated, silent))
    assert one.signature == other.signature
    assert "kind" not in parse_signature(one.signature)
    bare = truth({"1/a": [interval(10, 20)]})
    assert (
        parse_signature(score_with_options(silent, bare, protocol, settings).signature)["kind"]
        == "micro"
    )


def test_the_only_target_is_the_kind_of_what_names_none() -> None:
    macro = TOY.model_copy(update={"task": "spot", "targets": ["macro"], "classes": []})
    report = mebench.score(
        submission({"1/a": [interval(10, 20)]}), truth({"1/a": [interval(10, 20)]}), macro
    )
    assert report.metrics["spotting_f1"].value == 1


@pytest.mark.parametrize("blind", [False, True])
def test_a_truth_is_blind_or_complete(blind: bool) -> None:
    document = truth({"1/a": [interval(10, 20)], "2/b": []})
    document["blind"] = blind
    if not blind:
        del document["videos"][1]["intervals"]
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({}), document, TOY)
    assert set(codes(caught.value)) >= {"truth-half-blind"}


def test_truths_without_number_are_refused_and_not_waited_for() -> None:
    many = [interval(onset, onset + 99) for onset in range(100)]
    document = truth({"1/a": many}, n_frames=1000)
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({"1/a": many}), document, TOY)
    assert codes(caught.value) == ["truths-entangled"]


@pytest.mark.parametrize("ranked", [True, False])
def test_the_hash_of_predictions_is_that_of_canonical_json(ranked: bool) -> None:
    names = [("toy", 'b"\\', "é\n"), ("toy", "a", "\ud800"), ("toy", "a", "z")]
    classes = ClassList(TOY)
    scores = [-0.0, 1e-7, 1e22, 0.1]
    predictions = Expressions(
        video=np.array([0, 2, 1, 0]),
        kind=np.array([0, 0, 1, 0], np.int8),
        onset=np.array([-3, 7, 0, 2]),
        offset=np.array([5, 9, 2**24, 4]),
        apex=np.array([NO_FRAME, 8, NO_FRAME, 0]),
        label=np.array([0, NO_CLASS, 1, 0]),
        score=np.array(scores) if ranked else None,
        selected=np.array([True, False, True, True]) if ranked else None,
    )
    rows: list[list[Any]] = [
        [*names[2], 7, 9, "micro", 8, 1e-7, None, not ranked],
        [*names[1], 0, 2**24, "macro", None, 1e22, classes.names[1], True],
        [*names[0], -3, 5, "micro", None, 0.0, classes.names[0], True],
        [*names[0], 2, 4, "micro", 0, 0.1, classes.names[0], True],
    ]
    if not ranked:
        rows = [[*row[:-3], None, *row[-2:]] for row in rows]
    folds = [[("toy", "a"), ("toy", "b")]]
    found = prediction_hash(HashedNames.of(names), predictions, classes, "0.5", folds, [["a", 1]])
    assert found == digest(["preds", "0.5", *rows, "folds", folds, "pairs", [["a", 1]]])
