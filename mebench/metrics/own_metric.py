"""A metric of another package: its definition is checked, and every call of its functions.

Code of other packages may raise anything and return anything. Whatever is wrong becomes a finding
that names the metric, the file and the line.
"""

from __future__ import annotations

import inspect
import re
import reprlib
import traceback
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import CodeType
from typing import Any, cast, get_args

import numpy as np

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.metrics.counts import ConfusionCounts, PooledCounts
from mebench.metrics.metric import Capability, Definition, Metric, Scale, Section, Sufficient
from mebench.metrics.ratios import Undefined, Value
from mebench.metrics.registry import METRICS_BY_ID
from mebench.models.annotation_table import FloatColumn
from mebench.models.report import MetricDefinition

ID_LENGTH, TITLE_LENGTH, DETAIL_LENGTH, TEXT_LENGTH = 40, 40, 60, 1000
ID_PATTERN = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")

LARGEST_VALUE = 2.0**53
ROUNDING = 1e-9
"""How far a rate may be beyond 0 or 1 by rounding."""

_SECTION_NEEDS: dict[str, Set[Capability]] = {
    "Spotting": {"spotting"},
    "Analysis": {"analysis"},
    "Analysis, all videos": {"analysis", "one-per-video"},
}
_OURS = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class OwnMetric:
    """A metric that is not of the standard, with guarded functions.

    Attributes
    ----------
    metric : Metric
        The checked definition.
    package, version : str or None
        The package whose entry point names it; None for a metric that was passed as an object.
    """

    metric: Metric
    package: str | None = None
    version: str | None = None

    def to_record(self) -> MetricDefinition:
        """Return the definition as reports state it."""
        metric = self.metric
        return MetricDefinition.model_construct(
            id=metric.id,
            title=metric.title,
            section=metric.section,
            unit=metric.unit,
            better=metric.better,
            package=self.package,
            version=self.version,
        )


def guard(metric: Metric) -> Metric:
    """Return a metric whose functions raise ``metric-failed`` for everything that goes wrong.

    Raises
    ------
    UsageError
        ``bad-metric``: the definition is not valid.
    """
    for problem in _problems(metric):
        raise UsageError.of(
            "bad-metric",
            f"The metric {_shown(metric.id)} is not valid: {problem}.",
            "Correct its definition; docs/metrics.md describes every field.",
            _place(metric),
        )
    checked = replace(metric, needs=frozenset(metric.needs))
    return replace(
        checked,
        value=_GuardedValue(checked),
        detail=None if checked.detail is None else _GuardedDetail(checked),
    )


def _problems(metric: Metric) -> Iterator[str]:
    """Yield what is wrong with a definition; the first problem can be the cause of later ones."""
    if not (
        isinstance(metric.id, str)
        and len(metric.id) <= ID_LENGTH
        and ID_PATTERN.fullmatch(metric.id)
    ):
        yield (
            f"its id must have at most {ID_LENGTH} characters: a letter first, then lower-case "
            "letters and digits, joined by - or _"
        )
    elif metric.id.replace("-", "_") in METRICS_BY_ID:
        yield f"{metric.id.replace('-', '_')} is a metric of the standard; give it another id"
    if not _is_text(metric.title, 1, TITLE_LENGTH):
        yield f"its title must have 1 to {TITLE_LENGTH} printable characters"
    if not _is_text(metric.unit, 0, TITLE_LENGTH):
        yield f"its unit must have at most {TITLE_LENGTH} printable characters"
    definition = metric.definition
    if not (
        isinstance(definition, Definition)
        and all(_is_text(text, 0, TEXT_LENGTH) for text in definition[:2])
        and isinstance(definition.undefined, tuple)
        and all(isinstance(one, Undefined) for one in definition.undefined)
    ):
        yield "its definition must be a mebench.metrics.Definition of printable texts"
    for name, choices in (
        ("section", get_args(Section)),
        ("scale", get_args(Scale)),
        ("sufficient", get_args(Sufficient)),
        ("better", ("higher", "lower")),
    ):
        value = getattr(metric, name)
        if not (isinstance(value, str) and value in choices):
            yield f"its {name} is {_shown(value)}, expected one of {', '.join(map(repr, choices))}"
    capabilities = get_args(Capability)
    needs = metric.needs
    if not (isinstance(needs, Set) and needs and needs <= set(capabilities)):
        yield f"its needs must be a set of {', '.join(map(repr, capabilities))}"
        return
    needed = set(_SECTION_NEEDS.get(metric.section, ()))
    needed |= {"spotting"} if "one-per-video" in needs else set()
    needed |= {"analysis"} if metric.sufficient != "any" else set()
    if missing := sorted(needed - needs):
        yield f"its section, its needs or `sufficient` require {missing[0]!r} in its needs"
    if (metric.scale == "log") != bool(metric.unit):
        yield "the scale is 'log' if there is a unit, and not otherwise"
    if not callable(metric.value) or not (metric.detail is None or callable(metric.detail)):
        yield "value and detail must be functions"
    elif not (_is_hashable(metric.value) and _is_hashable(metric.detail)):
        yield "value and detail must be hashable, as functions are"


def _is_text(value: object, shortest: int, longest: int) -> bool:
    return isinstance(value, str) and shortest <= len(value) <= longest and value.isprintable()


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except Exception:  # also what a hash function of another package raises
        return False
    return True


@dataclass(frozen=True, slots=True)
class _GuardedValue:
    """The function of a metric, with checks of what it returns."""

    metric: Metric

    @property
    def __wrapped__(self) -> object:
        """The function itself, for whoever looks for its code."""
        return self.metric.value

    def __call__(self, counts: PooledCounts) -> Value:
        value = _call(self.metric, "value", counts)
        if isinstance(value, Undefined):
            if not _is_text(value.reason, 1, DETAIL_LENGTH):
                raise metric_failed(self.metric, "The reason of Undefined must be a short text.")
            return value
        if isinstance(counts.analysis, ConfusionCounts):
            return self._number(value)
        if isinstance(value, np.ndarray):
            return cast(Value, self._numbers(value, len(counts.analysis.truths)))
        return self._number(value)

    def _number(self, value: Any) -> Value:
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
            raise metric_failed(
                self.metric,
                f"value() returned {_shown(value)}, of the type {type(value).__name__}; expected a "
                "number or Undefined.",
            )
        if not -ROUNDING <= value <= self._largest + ROUNDING:  # also NaN
            raise self._outside(value)
        return min(max(value, 0), self._largest)

    def _numbers(self, values: Any, number: int) -> FloatColumn:
        if values.shape != (number,) or values.dtype.kind not in "fiu":
            raise metric_failed(
                self.metric,
                f"value() returned an array of shape {values.shape} and type {values.dtype} for "
                f"{number} replicates; expected one number per replicate.",
            )
        outside = (values < -ROUNDING) | (values > self._largest + ROUNDING)
        if outside.any():
            raise self._outside(values[outside][0].item())
        clipped: FloatColumn = np.clip(values.astype(np.float64), 0, self._largest)
        return clipped

    @property
    def _largest(self) -> float:
        return LARGEST_VALUE if self.metric.unit else 1.0

    def _outside(self, value: Any) -> MebenchError:
        if self.metric.unit:
            expected = "a value with a unit is between 0 and 2**53"
        else:
            expected = "a metric without a unit is between 0 and 1"
        return metric_failed(self.metric, f"value() returned {_shown(value)}; {expected}.")


@dataclass(frozen=True, slots=True)
class _GuardedDetail:
    """The function that returns the integers of a value as text."""

    metric: Metric

    def __call__(self, counts: PooledCounts) -> str:
        text = _call(self.metric, "detail", counts)
        if not _is_text(text, 0, DETAIL_LENGTH):
            raise metric_failed(
                self.metric,
                f"detail() returned {_shown(text)}; expected at most {DETAIL_LENGTH} printable "
                "characters.",
            )
        return cast(str, text)


def _call(metric: Metric, name: str, counts: PooledCounts) -> Any:
    try:
        # In arrays, a division by 0 gives NaN: the value is undefined there.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return getattr(metric, name)(counts)
    except (Exception, SystemExit) as error:  # it is not our code: it may raise anything
        message = f"{name}() raised {type(error).__name__}: {_message(error)}."
        raise metric_failed(metric, message, error) from error


def _message(error: BaseException) -> str:
    try:
        return f"{error!s:.300}".rstrip(". ")
    except Exception:
        return "(its message cannot be read)"


def metric_failed(metric: Metric, problem: str, error: BaseException | None = None) -> MebenchError:
    """Return the error of a metric, with the line of its code."""
    return MebenchError.of(
        "metric-failed",
        f"The metric {metric.id} cannot be computed. {problem}",
        "Correct the metric, or score without it. Write it with the functions of mebench.metrics, "
        "which work with integers and with arrays (docs/metrics.md).",
        _place(metric, error),
    )


def _place(metric: Metric, error: BaseException | None = None) -> Place:
    """Return the line of the author's code at which an error passed, or of the function."""
    code = _code(metric.value)
    if error is not None:
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if not Path(frame.filename).is_relative_to(_OURS)
        ]
        own = [frame for frame in frames if code and frame.filename == code.co_filename]
        if own or frames:
            frame = (own or frames)[-1]
            return Place(file=frame.filename, line=frame.lineno)
    return Place(file=code.co_filename, line=code.co_firstlineno) if code else Place()


def _code(function: Any) -> CodeType | None:
    """Return the code of the author's function, also where mebench made another one from it."""
    inner = inspect.unwrap(getattr(function, "func", function))
    code = getattr(inner, "__code__", None) or getattr(type(inner).__call__, "__code__", None)
    if code is None or not Path(code.co_filename).is_relative_to(_OURS):
        return code
    contents = [cell.cell_contents for cell in getattr(inner, "__closure__", None) or ()]
    found = (_code(content) for content in contents if inspect.isroutine(content))
    return next((one for one in found if one is not None), code)


def _shown(value: object) -> str:
    try:
        return reprlib.repr(value)
    except Exception:
        return f"an object of the type {type(value).__name__}"
