"""What the page says: hand-made results with a known first lower level."""

from __future__ import annotations

from typing import Any

from mebench.models.report import MetricValue
from mebench.models.stress import LevelDifference, StressFactor, StressLevel, StressResult
from mebench.stress.summary import (
    LIMITS,
    break_grid,
    sentences_of,
    summary_as_markdown,
    verdict_of,
)


def difference(value: float, verdict: Any = None, reason: str | None = None) -> LevelDifference:
    tested = verdict is not None
    return LevelDifference(
        difference=value,
        low=value - 0.1 if tested else None,
        high=value + 0.1 if tested else None,
        adjusted_p=0.01 if tested else None,
        detectable=0.15 if tested else None,
        verdict=verdict,
        reason=reason,
    )


def level(label: str, value: float, found: LevelDifference | None) -> StressLevel:
    return StressLevel(
        name=f"noise-{label}",
        value=float(label),
        label=label,
        is_standard=found is None,
        signature="mebench:1|p:toy@1",
        truths=52,
        metrics={"spotting_f1": MetricValue(value=value, reason=None)},
        differences=None if found is None else {"spotting_f1": found},
    )


def result_with(*levels: StressLevel) -> StressResult:
    standard = level("1.5", 0.5, None)
    factor = StressFactor(
        name="noise",
        title="Sensor noise",
        unit="gray levels",
        standard="1.5",
        levels=[standard, *levels],
    )
    return StressResult(
        baseline="toy 1",
        protocol="toy@1",
        protocol_title="Toy",
        trained_on="standard",
        seed=0,
        subjects=8,
        effective_subjects=7.9,
        videos=16,
        metrics=["spotting_f1"],
        standard=standard,
        factors=[factor],
        missing=[],
    )


def test_the_first_lower_level_is_named_with_its_difference() -> None:
    result = result_with(
        level("3", 0.45, difference(-0.05, "not-distinguishable")),
        level("6", 0.2, difference(-0.3, "lower")),
        level("12", 0.0, difference(-0.5, "lower")),
    )
    verdict = verdict_of(result.factors[0], "spotting_f1", result)
    assert verdict.short == "6" and verdict.breaks
    assert sentences_of(result.factors[0], result) == [
        "F1 spotting is first lower at 6 gray levels: 0.200 against 0.500, a difference of "
        "-0.300 [-0.400, -0.200]."
    ]
    assert break_grid(result).rows == [["Sensor noise, gray levels", "1.5", "6"]]


def test_a_fall_for_all_alike_has_no_test_and_is_a_fall() -> None:
    result = result_with(level("12", 0.0, difference(-0.5, reason="no-variation")))
    verdict = verdict_of(result.factors[0], "spotting_f1", result)
    assert verdict.short == "12 (no test)" and verdict.breaks


def test_none_shown_says_what_could_not_be_seen() -> None:
    result = result_with(
        level("3", 0.45, difference(-0.05, "not-distinguishable")),
        level("6", 0.7, difference(0.2, "higher")),
    )
    assert not verdict_of(result.factors[0], "spotting_f1", result).breaks
    assert sentences_of(result.factors[0], result) == [
        "No metric shows a fall that these 8 people could show. Differences below these often "
        "stay unseen: F1 spotting 0.15.",
        "Significantly higher than at the standard level: F1 spotting at 6.",
    ]


def test_levels_without_a_test() -> None:
    same = result_with(level("3", 0.5, difference(0.0, reason="identical")))
    assert sentences_of(same.factors[0], same) == ["F1 spotting: the same at every level."]
    alone = result_with()
    assert sentences_of(alone.factors[0], alone) == ["F1 spotting: not measured at another level."]
    undefined = result_with(level("3", 0.5, difference(0.0, reason="no-value")))
    [sentence] = sentences_of(undefined.factors[0], undefined)
    assert "not tested" in sentence


def test_the_page_says_what_the_numbers_do_not_say() -> None:
    text = summary_as_markdown(result_with())
    assert all(limit in text for limit in LIMITS)
    assert "mebench:1|p:toy@1" in text
