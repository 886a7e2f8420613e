"""The definition of a metric: an id, a title, and a function of the counts.

The rates of the section "Analysis" are functions of a confusion matrix. Each rate is two metrics:
``over_spotted`` makes the one over the spotted expressions, ``over_all_videos`` the one over all
true expressions of a one-per-video protocol.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Literal, NamedTuple

from mebench.metrics.counts import (
    NO_SAMPLES,
    NO_TRUTH,
    SEVERAL_TRUTHS,
    UNRANKED_CHOICE,
    VIDEO_WITHOUT_PREDICTION,
    ClassCounts,
    PooledCounts,
    TopPredictionCounts,
)
from mebench.metrics.ratios import Undefined, Value, where_defined
from mebench.models.protocol import Protocol

Section = Literal["Spotting", "Analysis", "Analysis, all videos", "Overall"]
Scale = Literal["logit", "bias-corrected logit", "log"]
Sufficient = Literal["any", "pairs", "classes"]
Capability = Literal["spotting", "analysis", "one-per-video"]

NEEDS_SPOTTING: frozenset[Capability] = frozenset({"spotting"})
NEEDS_ANALYSIS: frozenset[Capability] = frozenset({"analysis"})
NEEDS_SPOTTING_AND_ANALYSIS = NEEDS_SPOTTING | NEEDS_ANALYSIS
NEEDS_ONE_PER_VIDEO: frozenset[Capability] = frozenset({"spotting", "one-per-video"})
NEEDS_ONE_PER_VIDEO_AND_ANALYSIS = NEEDS_ONE_PER_VIDEO | NEEDS_ANALYSIS


class Definition(NamedTuple):
    """The definition of a metric for people.

    ``formula`` is a sentence; ``source`` is the paper and its equation, or other software;
    ``undefined`` are the reasons why the value can be undefined.
    """

    formula: str = ""
    source: str = ""
    undefined: tuple[Undefined, ...] = ()


NO_DEFINITION = Definition()


def equation(number: int) -> str:
    """Return the source of a metric of spot-then-recognize."""
    return f"Liong, See and Chan 2023, equation {number}"


NO_UNIQUE_EXPRESSION = (SEVERAL_TRUTHS, UNRANKED_CHOICE)
"""Why the metrics of one expression per video can be undefined, besides reasons of their own."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: of the standard, or of another package.

    Attributes
    ----------
    id : str
        The id in reports and signatures.
    title : str
        The name in tables.
    section : {"Spotting", "Analysis", "Analysis, all videos", "Overall"}
        The section of the table. Metrics of the analysis have intervals over the analyzed
        expressions, others over all true expressions.
    needs : set of {"spotting", "analysis", "one-per-video"}
        The capabilities that a protocol must have.
    value : callable
        From :class:`~mebench.metrics.counts.PooledCounts` to a value. The counts are integers, or
        arrays with one number per replicate, and so is the value; see
        :mod:`mebench.metrics.ratios`.
    detail : callable or None
        From counts to the integers of the value as text, such as ``159/244``.
    scale : {"logit", "bias-corrected logit", "log"}
        The scale of its confidence interval (section 5 of the standard): logit for rates,
        bias-corrected for those of the precision-recall curves, log for values with a unit.
    sufficient : {"any", "pairs", "classes"}
        The data that an interval needs: any, some analyzed pairs, or some of every class.
    unit : str
        The unit, such as ``frames``; without one the value is a rate between 0 and 1.
    better : {"higher", "lower"}
        Whether higher or lower values are better.
    definition : Definition
        What ``mebench explain`` says about it.
    """

    id: str
    title: str
    section: Section
    needs: Set[Capability]
    value: Callable[[PooledCounts], Value]
    detail: Callable[[PooledCounts], str] | None = None
    scale: Scale = "logit"
    sufficient: Sufficient = "any"
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"
    definition: Definition = NO_DEFINITION

    def __hash__(self) -> int:
        """Return the hash of the id alone: metrics are keys wherever values are."""
        return hash(self.id)

    def applies_to(self, protocol: Protocol) -> bool:
        """Return whether the protocol has this metric."""
        return self.needs <= capabilities_of(protocol)


def capabilities_of(protocol: Protocol) -> frozenset[Capability]:
    """Return what a protocol has; it has the metrics that need nothing else."""
    has: dict[Capability, bool] = {
        "spotting": protocol.spots,
        "analysis": protocol.analyses,
        "one-per-video": protocol.one_per_video,
    }
    return frozenset(capability for capability, is_given in has.items() if is_given)


Rate = Callable[[ClassCounts], Value]
Detail = Callable[[ClassCounts], str]


def over_spotted(
    identifier: str,
    title: str,
    rate: Rate,
    definition: Definition = NO_DEFINITION,
    detail: Detail | None = None,
    sufficient: Sufficient = "classes",
) -> Metric:
    """Return a rate as metric over the spotted true positives (in recognition: all samples)."""
    undefined = (NO_TRUTH, NO_SAMPLES, *definition.undefined)
    return Metric(
        identifier,
        title,
        "Analysis",
        NEEDS_ANALYSIS,
        lambda counts: _value_of(counts.analysis, rate),
        (lambda counts: detail(counts.analysis)) if detail else None,
        sufficient=sufficient,
        definition=definition._replace(undefined=undefined),
    )


def over_all_videos(
    identifier: str,
    title: str,
    rate: Rate,
    definition: Definition = NO_DEFINITION,
    detail: Detail | None = None,
    sufficient: Sufficient = "classes",
) -> Metric:
    """Return a rate as metric over all true expressions and the top prediction of their video.

    It is undefined unless every video has a prediction, because leaving out difficult videos would
    raise it.
    """
    undefined = (NO_TRUTH, *NO_UNIQUE_EXPRESSION, VIDEO_WITHOUT_PREDICTION, *definition.undefined)
    return Metric(
        identifier,
        title,
        "Analysis, all videos",
        NEEDS_ONE_PER_VIDEO_AND_ANALYSIS,
        of_top_predictions(
            lambda top: where_defined(
                top.unpredicted == 0, _value_of(top.confusion, rate), VIDEO_WITHOUT_PREDICTION
            )
        ),
        detail_of_top_predictions(lambda top: "" if top.unpredicted else detail(top.confusion))
        if detail
        else None,
        sufficient=sufficient,
        definition=definition._replace(undefined=undefined),
    )


def of_top_predictions(
    value: Callable[[TopPredictionCounts], Value], without_truth: Undefined = NO_TRUTH
) -> Callable[[PooledCounts], Value]:
    """Return a metric function from a function of the top predictions."""

    def metric_value(counts: PooledCounts) -> Value:
        top = counts.top_predictions
        if top is None:
            return without_truth
        defined: Value = top.undefined or value(top)
        return where_defined(top.videos, defined, without_truth)

    return metric_value


def detail_of_top_predictions(
    detail: Callable[[TopPredictionCounts], str],
) -> Callable[[PooledCounts], str]:
    """Return the detail of a metric of the top predictions; empty if these are undefined."""

    def metric_detail(counts: PooledCounts) -> str:
        top = counts.top_predictions
        return detail(top) if top is not None and top.videos and not top.undefined else ""

    return metric_detail


def _value_of(counts: ClassCounts, rate: Rate) -> Value:
    return where_defined(counts.truths, rate(counts), counts.without_truths)
