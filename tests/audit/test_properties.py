"""Rows computed by mebench's own metrics never contradict themselves; changed ones do."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mebench.audit.run_audit import audit_rows
from mebench.metrics.counts import ConfusionCounts, PooledCounts, TopPredictionCounts, Undefined
from mebench.metrics.registry import metrics_of
from mebench.models.protocol import ExpectedCounts, Protocol, ProtocolDataset
from mebench.published.rounded_numbers import parse_rounded_number
from tests.audit.rows import row

Drawn = tuple[Protocol, PooledCounts, dict[str, Any]]


def matrices(draw: st.DrawFn, classes: int, most: int) -> list[list[int]]:
    cells = st.integers(0, most)
    return [[draw(cells) for _ in range(classes + 1)] for _ in range(classes)]


def frozen(matrix: list[list[int]], truths: int) -> ConfusionCounts:
    return ConfusionCounts(tuple(map(tuple, matrix)), truths)


def protocol(matrix: list[list[int]], samples: int, outside: int, spots: bool) -> Protocol:
    classes = [f"c{one}" for one in range(len(matrix))]
    sizes = dict(zip(classes, map(sum, matrix), strict=True))
    return Protocol(
        id="toy@1",
        title="A toy",
        task="spot-then-recognize" if spots else "recognize",
        targets=["micro"] if spots else [],
        one_per_video=spots,
        classes=classes,
        datasets=[ProtocolDataset(id="toy")],
        expected=ExpectedCounts(samples=samples, classes=sizes, outside_classes=outside),
    )


@st.composite
def spotted(draw: st.DrawFn) -> Drawn:
    """Draw the counts of a spot-then-recognize score, one expression a video."""
    every = matrices(draw, draw(st.integers(1, 5)), draw(st.sampled_from([2, 12])))
    outside = draw(st.integers(0, 5))
    samples = sum(map(sum, every)) + outside
    # What is spotted has a prediction; the last column of `every` has none.
    analysed = [[draw(st.integers(0, cell)) for cell in line[:-1]] + [0] for line in every]
    hits = sum(map(sum, analysed)) + draw(st.integers(0, outside))
    predictions = hits + draw(st.integers(0, 40))
    counts = PooledCounts(
        truths=samples,
        predictions=predictions,
        hits=hits,
        analysis=frozen(analysed, samples),
        top_predictions=TopPredictionCounts(
            samples, draw(st.integers(0, samples)), 0, 0, 0, frozen(every, samples), None
        ),
    )
    stated = {
        "tp": hits,
        "fp": predictions - hits,
        "fn": samples - hits,
        "predictions": predictions,
        "analysed": sum(map(sum, analysed)),
        "right": counts.analysis.correct,
        "classes": list(map(sum, analysed)),
    }
    return protocol(every, samples, outside, True), counts, stated


@st.composite
def recognized(draw: st.DrawFn) -> Drawn:
    """Draw the counts of a recognition score."""
    every = matrices(draw, draw(st.integers(1, 5)), draw(st.sampled_from([2, 12, 90])))
    samples = sum(map(sum, every))
    counts = PooledCounts(analysis=frozen(every, samples))
    return protocol(every, samples, 0, False), counts, {"right": counts.analysis.correct}


def printed(
    value: Fraction | float, digits: int, percent: bool = False, truncated: bool = False
) -> str:
    scaled = Fraction(value) * (100 if percent else 1)
    kept = Fraction(int(scaled * 10**digits), 10**digits) if truncated else round(scaled, digits)
    text = f"{float(kept):.{digits}f}"
    return f"{text} %" if percent else text.removeprefix("0")


def values_of(
    drawn: Drawn, digits: int, percent: bool = False, truncated: bool = False
) -> dict[str, Any]:
    rules, counts, _ = drawn
    found: dict[str, Any] = {}
    for metric in metrics_of(rules):
        value = metric.value(counts)
        if not isinstance(value, Undefined) and metric.unit == "":
            found[metric.id] = printed(value, digits, percent, truncated)
    return found


@given(
    drawn=st.one_of(spotted(), recognized()),
    digits=st.integers(1, 6),
    percent=st.booleans(),
    truncated=st.booleans(),
    states=st.sets(st.sampled_from(["tp", "fp", "fn", "predictions", "analysed", "right"])),
    says_classes=st.booleans(),
)
def test_own_numbers_are_consistent(
    drawn: Drawn,
    digits: int,
    percent: bool,
    truncated: bool,
    states: set[str],
    says_classes: bool,
) -> None:
    rules, _, stated = drawn
    kept = {one: stated[one] for one in (*states, *(["classes"] * says_classes)) if one in stated}
    found = audit_rows([row(rules, kept, **values_of(drawn, digits, percent, truncated))])
    wrong = [one for one in found if one.rule.certainty != "unusual"]
    assert [one.violation for one in wrong] == []


CONSTRAINED = (
    *("spotting_precision", "spotting_recall", "spotting_f1", "strs", "accuracy", "analysis_f1"),
    *("uar", "asr"),
)


@given(
    drawn=spotted(),
    metric=st.sampled_from(CONSTRAINED),
    by=st.integers(4, 9),
    up=st.booleans(),
)
def test_a_changed_digit_is_found(drawn: Drawn, metric: str, by: int, up: bool) -> None:
    """With all counts stated, every one of these numbers is held by another."""
    rules, counts, stated = drawn
    values = values_of(drawn, 4)
    if metric not in values or not 1 < counts.truths < 300 or not counts.predictions:
        return  # of nothing there is no share
    number = parse_rounded_number(values[metric])
    assert number is not None
    changed = number.value + Fraction(by if up else -by, 10**4)
    changed = number.value + Fraction(by, 10**4) if changed < 0 else changed
    values[metric] = printed(changed, 4)
    found = audit_rows([row(rules, stated, **values)])
    assert any(metric in one.violation.metrics for one in found), values


@given(st.integers(0, 10**6), st.integers(0, 6), st.booleans())
def test_a_printed_number_is_printed_again(number: int, digits: int, percent: bool) -> None:
    text = f"{number / 10**digits:.{digits}f}" + (" %" if percent else "")
    read = parse_rounded_number(text)
    assert read is not None
    assert read.format_like(read.value) == text
    assert read.contains(read.value)
    assert read.high - read.low == Fraction(3, 2 * 10**digits * (100 if percent else 1))
