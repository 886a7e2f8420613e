"""Run the reference on every conformance vector: ``python -m tests.reference.check_vectors``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.reference.outcome import Outcome, Scores
from tests.reference.vectors import FOLDER, load, refusal, score_vector


def metric_differences(
    place: str, expected: Mapping[str, str | None], outcome: Outcome
) -> Iterator[str]:
    """Yield the metrics that differ, or that one side does not have."""
    for name in sorted({*expected, *outcome.metrics}):
        if name not in outcome.metrics:
            yield f"{place}.{name}: the protocol has no such metric"
        elif name not in expected:
            yield f"{place}.{name}: not listed, the reference says {outcome.metrics[name]}"
        else:
            text = expected[name]
            value = None if text is None else Fraction(text)
            if value != outcome.metrics[name]:
                yield f"{place}.{name}: expected {value}, reference {outcome.metrics[name]}"


def plain_differences(
    place: str, expected: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the listed entries that the reference does not confirm."""
    for name, value in expected.items():
        if isinstance(value, Mapping):
            yield from plain_differences(f"{place}.{name}", value, found.get(name, {}))
        elif name not in found or found[name] != value:
            yield f"{place}.{name}: expected {value}, reference {found.get(name)}"


def differences(expected: Mapping[str, Any], scores: Scores) -> list[str]:
    """Return every difference between the expected values and the reference's.

    All metrics and all reasons have to be listed; units and counts are compared as far as they
    are.
    """
    found = [
        *plain_differences("units", expected.get("units", {}), scores.units),
        *plain_differences("counts", expected.get("counts", {}), scores.counts),
        *metric_differences("metrics", expected["metrics"], scores.headline),
    ]
    if expected.get("reasons", {}) != scores.headline.reasons:
        found.append(f"reasons: reference {scores.headline.reasons}")
    groups = expected.get("groups", {})
    if sorted(groups) != sorted(scores.groups):
        found.append(f"groups: reference has {sorted(scores.groups)}")
        return found
    for name, metrics in groups.items():
        found.extend(metric_differences(f"groups.{name}", metrics, scores.groups[name]))
    return found


def check(path: Path) -> tuple[int, list[str]]:
    """Check one vector.

    Returns
    -------
    orders : int
        How many file orders were scored.
    differences : list of str
        What differs in any of them, each once.
    """
    vector = load(path)
    expected, error = vector["expected"].get("error"), refusal(vector)
    if expected or error:
        return 1, [] if expected == error else [f"error: expected {expected}, reference {error}"]
    orders = 0
    found: dict[str, None] = {}
    for scores in score_vector(vector):
        orders += 1
        found.update(dict.fromkeys(differences(vector["expected"], scores)))
    return orders, list(found)


def main() -> int:
    """Check all vectors and print the differences; return 0 if there are none."""
    failed = 0
    paths = sorted(FOLDER.glob("*.json"))
    for path in paths:
        orders, found = check(path)
        print(f"{'differs' if found else 'ok':8}{orders:5} orders  {path.name}")
        for line in found:
            print(f"        {line}")
        failed += bool(found)
    print(f"{len(paths)} vectors, {failed} differ")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
