"""Two methods as one baseline: each does its part as it would alone."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pydantic import model_validator

from mebench.diagnostics import MebenchError, UsageError
from mebench.models.protocol import Protocol
from mebench.runner import Baseline, BaselineOptions, Fold
from mebench.runner.composition import Composition, compose, recognition_part, spotting_part
from mebench.runner.prediction_checks import check_predictions
from mebench.runner.registry import baseline_class, package_of
from mebench.runner.run_config import choose_protocol, options_from_arguments, options_from_mapping
from mebench.runner.trivial.majority import Majority
from mebench.runner.trivial.oracle_spotting import OracleSpotting
from mebench.runner.trivial.random import Random
from tests.runner.running import Bench, carried_out
from tests.runner.test_trivial import folds
from tests.runner.trials.halves import Finder, FinderOptions, Namer


def made(kind: type[Baseline], **options: Any) -> Baseline:
    return kind(options_from_mapping(kind, options))


@given(folds())
def test_each_method_does_what_it_does_alone(fold: Fold) -> None:
    """The reference makes the two folds by hand."""
    if not fold.protocol.analyses:
        return
    given = list(made(compose(Finder, Namer)).predict(fold))
    checked = check_predictions(given, fold)
    alone = replace(fold, protocol=spotting_part(fold.protocol))
    found = check_predictions(list(made(Finder).predict(alone)), alone)
    without = [
        {
            **video,
            "intervals": [
                {key: value for key, value in one.items() if not key.startswith("emotion")}
                for one in video["intervals"]
            ],
        }
        for video in checked.videos
    ]
    assert without == found.videos
    lengths = [
        (one.offset - one.onset, one.emotion)
        for video in fold.training
        for one in video.expressions
        if one.kind == "micro" and one.emotion is not None
    ]
    for video in checked.videos:
        for one in video["intervals"]:
            if one["kind"] == "macro":
                assert "emotion" not in one
                continue
            mine = one["offset"] - one["onset"]
            nearest = min(lengths, key=lambda pair: abs(pair[0] - mine), default=None)
            assert one["emotion"] == (nearest[1] if nearest else fold.protocol.classes[0])
            assert one["emotion_scores"] == {one["emotion"]: mine}


@given(folds())
def test_spotting_of_random_is_that_of_random(fold: Fold) -> None:
    given = made(compose(Random, Majority)).predict(fold)
    expected = made(Majority).predict(fold)
    assert check_predictions(given, fold).videos == check_predictions(expected, fold).videos


def test_metadata_is_that_of_both() -> None:
    kind = compose(Finder, Namer)
    assert (kind.name, kind.version) == ("finder+namer", "1+7")
    assert kind.authors == ("A. Author", "B. Author", "C. Author")
    assert (kind.paper, kind.model_selection, kind.reuses_process) == (
        "On finding",
        "validation",
        True,
    )
    assert kind is compose(Finder, Namer)
    assert compose(OracleSpotting, Namer).needs_truth
    assert package_of("random+majority")[0] == "mebench"


def test_it_travels_to_a_worker() -> None:
    kind = compose(Finder, Namer)
    assert pickle.loads(pickle.dumps(kind)) is kind
    options = options_from_arguments(kind, ["--finder-count", "5", "--pause=0.5"])
    again = pickle.loads(pickle.dumps(options))
    assert again == options
    assert again.model_fields_set == {"finder_count", "pause"}


class Both(Composition):
    """A combination with a name, as a package defines it."""

    name, title, parts = "both", "A combination with a name", (Finder, Namer)


def test_a_combination_can_have_a_name() -> None:
    assert pickle.loads(pickle.dumps(Both)) is Both
    assert (Both.name, Both.version, Both.title) == ("both", "1+7", "A combination with a name")
    assert Both.options_type is compose(Finder, Namer).options_type
    options = options_from_arguments(Both, ["--finder-count", "5"])
    assert pickle.loads(pickle.dumps(options)) == options


@pytest.mark.parametrize(
    "parts",
    [None, (), ("random", "majority"), [Finder, Namer], (Finder,), (Finder, Namer, Namer)],
)
def test_other_parts_are_refused(parts: Any) -> None:
    with pytest.raises(TypeError, match="`parts` of a Composition is"):
        type("Bad", (Composition,), {"name": "bad", **({} if parts is None else {"parts": parts})})
    for wrong in ((Namer, Finder), (Finder, Finder), (Namer, Namer)):
        with pytest.raises(TypeError, match="one that spots and one that recognizes"):
            type("Bad", (Composition,), {"name": "bad", "parts": wrong})


def test_options_of_a_combination_are_made_from_its_parts() -> None:
    members = {"name": "bad", "parts": (Finder, Namer), "options_type": BaselineOptions}
    with pytest.raises(TypeError, match="`options_type` of a Composition is made from its parts"):
        type("Bad", (Composition,), members)


class Picky(FinderOptions):
    @model_validator(mode="after")
    def _fails(self) -> Picky:
        raise RuntimeError("boom")


class PickyFinder(Finder):
    name, options_type = "picky", Picky


def test_a_validator_of_a_part_may_raise_anything() -> None:
    for kind in (PickyFinder, compose(PickyFinder, Namer)):
        with pytest.raises(MebenchError, match="RuntimeError: boom") as caught:
            options_from_arguments(kind, [])
        assert caught.value.diagnostics[0].code == "baseline-raised"


def test_options_reach_their_method() -> None:
    """``pause`` is the same in both, ``count`` is not, ``forgets`` is in one."""
    kind = compose(Finder, Namer)
    assert list(kind.options_type.model_fields) == [
        "finder_count",
        "pause",
        "namer_count",
        "forgets",
        "fails",
    ]
    baseline: Any = made(kind, finder_count=5, pause=0.5, forgets=True)
    assert baseline.methods[0].options.model_dump(exclude_unset=True) == {"count": 5, "pause": 0.5}
    assert baseline.methods[1].options.model_dump() == {
        "count": 1,
        "pause": 0.5,
        "forgets": True,
        "fails": False,
    }
    with pytest.raises(UsageError, match="--finder-count"):
        options_from_arguments(kind, ["--finder-count", "-1"])
    with pytest.raises(UsageError, match="--namer-count"):
        options_from_arguments(kind, ["--namer-cuont", "2"])


def test_workers_give_the_same(bench: Bench, two: Path) -> None:
    result = carried_out("finder+namer", two, bench.folder / "run", {"finder_count": 2})
    assert result.submission is not None
    assert result.submission.system is not None
    assert result.submission.system.name == "finder+namer"
    emotions = [
        one["emotion"] for video in result.submission.videos for one in video.intervals or ()
    ]
    assert len(emotions) == 4
    plan = json.loads((bench.folder / "run" / "plan.json").read_text())
    assert plan["package"] == "trials 1.5"
    before = (bench.folder / "run" / "predictions.json").read_bytes()
    carried_out("finder+namer", two, bench.folder / "run", {"finder_count": 2}, resume=True)
    assert (bench.folder / "run" / "predictions.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"forgets": True}, "namer named no emotion for 1 of 3 spotted intervals, such as s"),
        ({"fails": True}, "the baseline raised ValueError: the namer fails."),
    ],
)
def test_faults_name_the_method(
    bench: Bench, two: Path, options: dict[str, bool], message: str
) -> None:
    with pytest.raises(MebenchError) as caught:
        carried_out("finder+namer", two, bench.folder / "run", options)
    first = caught.value.diagnostics[0]
    assert message in first.message
    if "fails" in options:
        assert first.place.file is not None
        assert first.place.file.endswith("halves.py")


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("namer+finder", "baseline-task", "The baseline namer does not spot."),
        ("random+finder", "baseline-task", "The baseline finder does not recognize."),
        ("random+", "unknown-baseline", "'random+' does not name two methods."),
        ("a+b+c", "unknown-baseline", "'a+b+c' does not name two methods."),
        ("random+majorit", "unknown-baseline", "Did you mean 'majority'?"),
    ],
)
@pytest.mark.usefixtures("installed")
def test_other_names_are_refused(name: str, code: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        baseline_class(name)
    assert caught.value.diagnostics[0].code == code
    assert message in caught.value.diagnostics[0].message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("finder", "The baseline finder only spots; the task of trials@1 is spot-then-recognize."),
        ("namer", "The baseline namer only names the emotions of given intervals; the task of"),
    ],
)
def test_a_half_alone_is_refused_before_anything_is_done(
    bench: Bench, two: Path, name: str, message: str
) -> None:
    with pytest.raises(UsageError, match="baseline-task") as caught:
        carried_out(name, two, bench.folder / "run")
    assert message in caught.value.diagnostics[0].message
    assert not (bench.folder / "run").exists()


def test_the_protocol_is_chosen_by_what_a_method_does() -> None:
    chosen = {
        kind.__name__: choose_protocol(None, [], [], kind)[0].id
        for kind in (Finder, Namer, Random, compose(Finder, Namer))
    }
    assert chosen == {
        "Finder": "synthetic-spot@1",
        "Namer": "synthetic-recog@1",
        "Random": "synthetic-str@1",
        "Composition": "synthetic-str@1",
    }


def test_protocols_of_the_parts_are_valid() -> None:
    whole, _ = choose_protocol("casme-sq-str@1", [], [])
    for part in (spotting_part(whole), recognition_part(whole)):
        dumped = part.model_dump(mode="json", by_alias=True)
        for dataset in (dumped, *dumped["datasets"]):
            dataset.pop("expected", None)
        for dataset in dumped["datasets"]:
            dataset.update(label_map={}, excluded_labels=[])
        assert Protocol.model_validate(dumped).task == part.task
