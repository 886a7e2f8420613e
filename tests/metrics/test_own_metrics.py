"""Metrics that are not of the standard: equal to ours where they should be, guarded elsewhere."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

import mebench
from mebench.evaluation.signature import parse_signature
from mebench.metrics import METRICS_BY_ID, Definition, Metric, PooledCounts, Undefined, Value, ratio
from mebench.metrics.fingerprint import fingerprint
from mebench.metrics.own_metric import OwnMetric, guard
from mebench.metrics.registry import METRICS
from mebench.models.leaderboard import SIGNATURE_PATTERN
from mebench.models.report import Report
from mebench.protocols.loader import load_protocol
from tests.evaluation.documents import TOY, codes, submission, truth
from tests.evaluation.test_compare import PERFECT, compared, truth_of, weaker

WEAK = submission(weaker(PERFECT, 3))
TRUTH = truth_of(PERFECT)
COPIED = {
    "spotting_f1": "strs",  # in another section and with other requirements, but the same numbers
    "ap": "ap50",
    "analysis_f1": "uf1",
    "strs": "spotting_f1",
}


def own_f1(counts: PooledCounts) -> Value:
    """Return F1 of spotting."""
    return ratio(2 * counts.hits, counts.truths + counts.predictions, Undefined("nothing"))


OWN_F1 = Metric("own-f1", "F1 again", "Spotting", {"spotting"}, own_f1)
ALARMS = Metric(
    "alarms",
    "False alarms",
    "Overall",
    {"spotting"},
    lambda counts: ratio(counts.predictions - counts.hits, counts.truths, Undefined("no-truth")),
    scale="log",
    unit="per expression",
    better="lower",
)


BAD = {"title": "Bad", "section": "Overall", "needs": {"spotting"}}


def made(value: Callable[[Any], Any], **changes: Any) -> Metric:
    return Metric(**{"id": "bad", **BAD, "value": value, **changes})


def fingerprint_of(metric: Metric, protocol: mebench.Protocol = TOY) -> str:
    known = metric.id in METRICS_BY_ID
    return fingerprint(OwnMetric(metric if known else guard(metric)), protocol)


def scored(*metrics: str | Metric, **options: Any) -> mebench.Report:
    return mebench.score(WEAK, TRUTH, TOY, metrics=metrics, **options)


@pytest.mark.parametrize("name", COPIED)
def test_a_copy_has_the_numbers_of_the_original(name: str) -> None:
    original = METRICS_BY_ID[name]
    report = scored(replace(original, id="copy"), by="subject")
    assert report.metrics["copy"] == report.metrics[name]
    assert report.metrics["copy"].ci95 is not None
    assert report.details.get("copy") == report.details.get(name)
    assert report.groups["micro"]["copy"] == report.groups["micro"][name]
    for part in report.parts or ():
        assert part.metrics["copy"] == part.metrics[name]
    comparison = compared(PERFECT, weaker(PERFECT, 3), metrics=[replace(original, id="copy"), name])
    [pair] = comparison.pairs
    assert pair.metrics["copy"] == pair.metrics[name]
    assert (pair.metrics["copy"].p is None) == (name == "analysis_f1"), "all that is left is right"
    text = json.dumps(report.to_json(), allow_nan=False)
    assert Report.model_validate_json(text) == report


def test_tables_name_it_by_its_title() -> None:
    text = mebench.render(scored(OWN_F1, ALARMS, by="subject"))
    frame = scored(OWN_F1).to_frame()
    assert frame.loc["own-f1", "title"] == "F1 again"
    spotting, _, rest = text.partition("Emotion recognition")
    assert "F1 again" in spotting
    assert "False alarms" in rest.split("Overall")[1]
    assert "F1 again" in rest.split("By subject")[1]
    systems = [submission(PERFECT), WEAK]
    comparison = mebench.compare(systems, TRUTH, TOY, metrics=[OWN_F1])
    assert " is better than " in comparison.conclusion
    assert "in F1 again" in comparison.conclusion
    assert set(comparison.to_frame("systems")["title"]) == {"F1 again"}


def test_a_value_with_a_unit_may_exceed_one() -> None:
    true = truth({f"{subject}/a": TRUTH["videos"][0]["intervals"][:1] for subject in range(4)})
    many = submission({name: rows[: 2 + at] for at, (name, rows) in enumerate(PERFECT.items())})
    many["videos"] = many["videos"][:4]
    report = mebench.score(many, true, TOY, metrics=[ALARMS])
    found = report.metrics["alarms"]
    assert found.value == 2.5
    assert found.ci95 is not None
    assert found.ci95.low is not None
    assert found.ci95.high is not None
    assert found.ci95.method == "jackknife-log"
    assert 0 < found.ci95.low < 2.5 < found.ci95.high
    comparison = compared(PERFECT, weaker(PERFECT, 3), metrics=[ALARMS])
    assert "False alarms" in comparison.conclusion


def test_the_signature_names_it() -> None:
    without, named = scored(), scored(OWN_F1, "strs", ALARMS)
    assert "metrics" not in parse_signature(without.signature)
    part = parse_signature(named.signature)["metrics"]
    assert [text.partition("~")[0] for text in part.split(",")] == ["alarms", "own-f1"]
    assert part == parse_signature(scored(ALARMS, OWN_F1).signature)["metrics"]
    other = scored(replace(OWN_F1, value=METRICS_BY_ID["spotting_recall"].value), ALARMS)
    assert part != parse_signature(other.signature)["metrics"]
    assert re.fullmatch(SIGNATURE_PATTERN, named.signature)


def test_the_fingerprint_is_that_of_the_values() -> None:
    def same(counts: PooledCounts) -> Value:
        total = counts.predictions + counts.truths
        return (
            Undefined("nothing")
            if type(total) is int and not total
            else ratio(counts.hits + counts.hits, total, Undefined("nothing"))
        )

    mine = fingerprint_of(OWN_F1)
    assert mine == fingerprint_of(replace(OWN_F1, value=same))
    assert mine != fingerprint_of(replace(OWN_F1, better="lower"))
    known = {name: fingerprint_of(METRICS_BY_ID[name]) for name in ("spotting_f1", "ap", "uf1")}
    # Stored signatures have them: they are the same on every machine and in every version.
    assert known == {"spotting_f1": "60004404", "ap": "3ffbe164", "uf1": "3a883889"}


@pytest.mark.parametrize("name", ["casme2-str@1", "megc2019-cde@1", "megc2020-spot-sammlv@1"])
def test_every_metric_of_the_standard_passes_the_trial(name: str) -> None:
    protocol = load_protocol(name)
    applied = [one for one in METRICS if one.applies_to(protocol)]
    assert len({fingerprint_of(one, protocol) for one in applied}) == len(applied)


def test_a_variable_of_a_script_may_change() -> None:
    weights = [1]

    def weighted(counts: PooledCounts) -> Value:
        return ratio(weights[0] * counts.hits, 2 * counts.truths, Undefined("no-truth"))

    metric = replace(OWN_F1, value=weighted)
    first = scored(metric)
    weights[0] = 2
    second = scored(metric)
    assert first.metrics["own-f1"] != second.metrics["own-f1"]
    assert first.signature != second.signature


def test_it_can_be_sent_to_another_process() -> None:
    scorer = mebench.Scorer(TRUTH, TOY, metrics=[OWN_F1])
    assert pickle.loads(pickle.dumps(scorer))(WEAK) == scored(OWN_F1, ci=False)


def divide(counts: PooledCounts) -> Any:
    return counts.hits / counts.truths


def longer_lists(counts: PooledCounts) -> Any:
    return ratio(len(2 * counts.analysis.hits), 100)


def not_of_arrays(counts: PooledCounts) -> Any:
    return 0 if counts.truths == 0 else ratio(counts.hits, counts.truths)


HOSTILE: dict[str, tuple[Callable[[Any], Any], str]] = {
    "raises": (divide, "ZeroDivisionError"),
    "text": (lambda counts: "0.5", "'0.5', of the type str"),
    "nothing": (lambda counts: None, "NoneType"),
    "truth value": (lambda counts: True, "of the type bool"),
    "complex": (lambda counts: 1j, "complex"),
    "NaN": (lambda counts: float("nan"), "nan"),
    "infinite": (lambda counts: float("inf"), "inf"),
    "negative": (lambda counts: -0.5, "-0.5"),
    "huge": (lambda counts: 10**400, "between 0 and 1"),
    "a list": (lambda counts: [0.5], "list"),
    "two of many": (lambda counts: np.zeros(2) if np.ndim(counts.truths) else 0, "shape (2,)"),
    "reason": (lambda counts: Undefined("a\x1bb"), "reason"),
    "leaves": (lambda counts: exit(3), "SystemExit: 3"),
    "only integers": (not_of_arrays, "truth value of an array"),
    "contradiction": (longer_lists, "from arrays of counts"),
    "endless": (lambda counts: HOSTILE["endless"][0](counts), "RecursionError"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_fails_is_a_finding_with_its_line(name: str) -> None:
    function, message = HOSTILE[name]
    with pytest.raises(mebench.MebenchError) as caught:
        scored(made(function))
    found = caught.value.diagnostics[-1]
    assert codes(caught.value) == [found.code] == ["metric-failed"]
    assert "metric bad " in found.message
    assert message in found.message
    assert found.place.file == __file__
    assert found.place.line is not None
    assert "\x1b" not in str(caught.value)


def test_the_line_is_that_of_the_function_inside_a_factory() -> None:
    metric = mebench.metrics.over_spotted("bad", "Bad", lambda confusion: cast(Value, "much"))
    with pytest.raises(mebench.MebenchError) as caught:
        scored(metric)
    assert caught.value.diagnostics[-1].place.file == __file__


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "Beta F2"},
        {"id": "a\x1b[31mb"},
        {"id": "a" * 41},
        {"id": "f2\n"},
        {"id": 3},
        {"id": "strs"},
        {"id": "uf1-all"},
        {"title": ""},
        {"title": "a\x1b"},
        {"section": "Others"},
        {"section": "Analysis"},
        {"needs": ["spotting"]},
        {"needs": {"scores"}},
        {"needs": {"one-per-video"}},
        {"sufficient": "pairs"},
        {"unit": "frames"},
        {"scale": "log"},
        {"better": None},
        {"definition": "5A / (4M + N)."},
        {"definition": Definition("a\x1b")},
        {"value": "hits"},
        {"detail": 3},
    ],
    ids=str,
)
def test_definitions_are_checked(changes: dict[str, Any]) -> None:
    with pytest.raises(mebench.UsageError) as caught:
        scored(Metric(**{"id": "bad", **BAD, "value": own_f1, **changes}))
    assert codes(caught.value) == ["bad-metric"]
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("metrics", "code"),
    [
        (["none-such"], "unknown-metric"),
        (["a\x1bb"], "unknown-metric"),
        (["asr"], "unknown-metric"),
        ("strs", "wrong-argument"),
        ([own_f1], "wrong-argument"),
        ([OWN_F1, replace(OWN_F1, title="Another")], "bad-metric"),
        ([replace(METRICS_BY_ID["asr"], id="asr-2")], "unknown-metric"),
    ],
    ids=["unknown", "escape", "needs", "text", "function", "twice", "other needs"],
)
def test_names_that_are_refused(metrics: Any, code: str) -> None:
    with pytest.raises(mebench.UsageError) as caught:
        mebench.score(WEAK, TRUTH, TOY, metrics=metrics)
    assert codes(caught.value) == [code]


def test_details_are_checked() -> None:
    with pytest.raises(mebench.MebenchError, match=r"detail\(\) returned 3"):
        scored(made(own_f1, detail=lambda counts: 3))
