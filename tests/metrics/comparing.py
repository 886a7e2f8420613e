"""Compare a score of the package with the reference: all metrics, reasons, counts and units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mebench.models.report import MetricMap
from tests.metrics.documents import Document, score
from tests.reference.outcome import Outcome, Scores
from tests.reference.vectors import score_vector

TOLERANCE = 1e-12


def differences(case: Document) -> list[str]:
    """Score a case with both, and return all differences."""
    (scores,) = score_vector(case)
    report = score(case["predictions"], case["truth"], case["protocol"])
    plain = report.to_json()
    found = [
        *_plain("units", scores.units, plain["units"]),
        *_plain("counts", scores.counts, plain["counts"]),
        *_metrics("metrics", scores.headline, report.metrics),
        *_groups(scores, report.groups),
    ]
    if plain["counts"].keys() != scores.counts.keys():
        found.append(f"counts: {[*plain['counts']]}, reference {[*scores.counts]}")
    return found


def _plain(place: str, expected: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        found = given.get(name)
        if isinstance(value, Mapping):
            yield from _plain(f"{place}.{name}", value, found or {})
            continue
        if name == "confusion" and isinstance(found, Mapping):
            found = found["matrix"]
        if found != value:
            yield f"{place}.{name}: {found}, reference {value}"


def _metrics(place: str, expected: Outcome, given: MetricMap) -> Iterator[str]:
    if expected.metrics.keys() != given.keys():
        yield f"{place}: differ in {sorted(expected.metrics.keys() ^ given.keys())}"
    for name, value in expected.metrics.items():
        if name not in given:
            continue
        found, reason = given[name].value, given[name].reason
        if value is None or found is None:
            agree = value is None and found is None
        else:
            agree = abs(found - float(value)) <= TOLERANCE
        if not agree or reason != expected.reasons.get(name):
            yield (
                f"{place}.{name}: {found} ({reason}), "
                f"reference {value} ({expected.reasons.get(name)})"
            )


def _groups(scores: Scores, given: Mapping[str, MetricMap]) -> Iterator[str]:
    for name, outcome in scores.groups.items():
        if name in given:
            yield from _metrics(f"groups.{name}", outcome, given[name])
        else:
            yield f"groups.{name}: missing"
