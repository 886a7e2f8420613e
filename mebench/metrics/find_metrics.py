"""Find the metrics that are named: those of the standard, of installed packages, and objects.

The entry points of the installed packages are searched only for a name that the standard does not
have, because the search takes longer than a score.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from mebench.diagnostics import Place, UsageError
from mebench.metrics.metric import Metric
from mebench.metrics.metric_ids import GROUP
from mebench.metrics.own_metric import OwnMetric, guard
from mebench.metrics.registry import METRICS_BY_ID
from mebench.util.arguments import wrong_argument
from mebench.util.entry_points import find_entry_points
from mebench.util.extras import load_entry_point, package_name
from mebench.util.text import did_you_mean

NamedMetric = str | OwnMetric
"""The id of a metric of the standard, or a metric that is not of the standard."""


def find_metrics(
    given: Iterable[str | Metric | OwnMetric], place: Place | None = None
) -> tuple[NamedMetric, ...]:
    """Return the metrics that ids and definitions name, each once.

    Parameters
    ----------
    given : iterable of str, Metric or OwnMetric
        What was found already stays as it is.
    place : Place, optional
        Where unknown ids are named.

    Raises
    ------
    UsageError
        ``unknown-metric``, ``bad-metric``, or what is wrong with the package of a metric.
    """
    found: dict[str, NamedMetric] = {}
    for one in given:
        name, metric = _find(one, place)
        if found.setdefault(name, metric) != metric:
            raise UsageError.of(
                "bad-metric",
                f"Two different metrics have the id {name}.",
                "Give one of them another id.",
            )
    return tuple(found.values())


def _find(given: object, place: Place | None) -> tuple[str, NamedMetric]:
    if isinstance(given, OwnMetric):
        return given.metric.id, given
    if isinstance(given, Metric):
        if given in METRICS_BY_ID.values():
            return given.id, given.id
        return given.id, OwnMetric(guard(given))
    if not isinstance(given, str):
        raise wrong_argument("metrics", given, "a list of names and mebench.metrics.Metric objects")
    return given, given if given in METRICS_BY_ID else _installed(given, place)


def is_installed(name: str) -> bool:
    """Return whether a package is installed that has a metric with this id."""
    return bool(find_entry_points(GROUP, name))


def _installed(name: str, place: Place | None) -> OwnMetric:
    """Return the metric of an installed package."""
    if not is_installed(name):
        own = [point.name for point in find_entry_points(GROUP)]
        raise UsageError.of(
            "unknown-metric",
            f"Neither mebench nor an installed package has a metric {name[:60]!r}."
            + did_you_mean(name, [*METRICS_BY_ID, *own]),
            "Correct the name, or install the package that has the metric; docs/metrics.md "
            "describes how to write one.",
            place,
        )
    point, metric = load_entry_point(GROUP, name)
    package = package_name(point)
    identifier = getattr(metric, "id", None)
    if not isinstance(metric, Metric) or identifier != name:
        found = f"whose id is {identifier!r:.60}" if isinstance(metric, Metric) else "of no metric"
        raise UsageError.of(
            "plugin-broken",
            f"The entry point {name!r} of {package} names an object {found}: {point.value}.",
            f"Let the entry point of the group {GROUP} name a mebench.metrics.Metric with this id.",
            Place(file=getattr(sys.modules.get(point.module), "__file__", None)),
        )
    return OwnMetric(guard(metric), package, point.dist.version if point.dist else "unknown")
