"""The result of a score: every metric is a fraction, or None with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tests.reference.recognition import Recognition


@dataclass
class Outcome:
    """The metrics of one group, and why some of them are undefined."""

    metrics: dict[str, Fraction | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def define(self, values: Mapping[str, Fraction]) -> None:
        """Add metrics with a value."""
        self.metrics.update(values)

    def undefine(self, reason: str, *names: str) -> None:
        """Add undefined metrics with their reason."""
        for name in names:
            self.metrics[name] = None
            self.reasons[name] = reason

    def add(self, other: Outcome) -> None:
        """Add all metrics and reasons of another outcome."""
        self.metrics.update(other.metrics)
        self.reasons.update(other.reasons)


@dataclass
class Scores:
    """The report of one trial.

    Parameters
    ----------
    units : dict
        The numbers of subjects, videos, truths and predictions.
    counts : dict
        ``spotting``, ``analysis`` and ``analysis_all``, if the protocol has them.
    headline : Outcome
        The headline metrics.
    groups : dict of str to Outcome
        The metrics of each kind and of all kinds, if there are several targets.
    """

    units: dict[str, object]
    counts: dict[str, dict[str, object]]
    headline: Outcome
    groups: dict[str, Outcome] = field(default_factory=dict)


def recognition_counts(result: Recognition) -> dict[str, object]:
    """Return the counts of a recognition."""
    return {
        "tp": result.correct,
        "total": result.total,
        "confusion": result.confusion,
        "absent_classes": result.absent_classes,
    }
