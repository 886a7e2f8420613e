"""The options of a score."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Literal, cast

from mebench.diagnostics import UsageError
from mebench.formats.fractional_frames import exact_rate
from mebench.models.base import KINDS, Kind
from mebench.models.protocol import Protocol
from mebench.models.report import Options
from mebench.models.submission import Threshold
from mebench.models.table_mapping import TableMapping
from mebench.protocols.label_mapping import ClassList
from mebench.util.arguments import check_argument, check_choice
from mebench.util.text import did_you_mean, normalize_label

if TYPE_CHECKING:
    from mebench.metrics.find_metrics import NamedMetric
    from mebench.metrics.metric import Metric
    from mebench.metrics.own_metric import OwnMetric


@dataclass(frozen=True, slots=True)
class ScoringOptions:
    """How to score; :class:`~mebench.models.report.Options` describes each option.

    ``outside_as`` also replaces emotions that are missing. ``allow_missing`` is for recognition.
    The numbers of the first frames, the alias sets of ids and the data set of rows that name none
    are for files that are not native JSON. A mapping states how to read a table; its labels count
    in files of any format, and its frame rate in those with times in seconds. Of the metrics that
    are named, those of other packages are computed too.
    """

    clip: bool = False
    outside_as: str | None = None
    allow_missing: bool = False
    kind: Kind | None = None
    score_threshold: Threshold | None = None
    first_frame: Literal[0, 1] | None = None
    truth_first_frame: Literal[0, 1] | None = None
    ids: str | None = None
    truth_ids: str | None = None
    dataset: str | None = None
    log_order: Literal["predicted-truth", "truth-predicted"] | None = None
    mapping: TableMapping | None = None
    truth_mapping: TableMapping | None = None
    metrics: Sequence[str | Metric | NamedMetric] = ()

    def __post_init__(self) -> None:
        """Check all options; raise the error ``wrong-argument`` or ``bad-threshold``."""
        check_choice("clip", self.clip, (False, True))
        check_choice("allow_missing", self.allow_missing, (False, True))
        is_class = self.outside_as is None or isinstance(self.outside_as, str)
        check_argument("outside_as", self.outside_as, is_class, "the name of a class or None")
        check_choice("kind", self.kind, (None, *KINDS))
        check_choice("first_frame", self.first_frame, (None, 0, 1))
        check_choice("truth_first_frame", self.truth_first_frame, (None, 0, 1))
        for name, value in (("ids", self.ids), ("truth_ids", self.truth_ids)):
            is_name = value is None or isinstance(value, str)
            check_argument(name, value, is_name, "the name of an alias set or None")
        is_name = self.dataset is None or isinstance(self.dataset, str)
        check_argument("dataset", self.dataset, is_name, "the id of a data set or None")
        check_choice("log_order", self.log_order, (None, "predicted-truth", "truth-predicted"))
        for name, mapping in (("mapping", self.mapping), ("truth_mapping", self.truth_mapping)):
            is_mapping = mapping is None or isinstance(mapping, TableMapping)
            check_argument(name, mapping, is_mapping, "a TableMapping or None")
        threshold = self.score_threshold
        numbers = list(threshold.values()) if isinstance(threshold, dict) else [threshold]
        known = not isinstance(threshold, dict) or (threshold and set(threshold) <= set(KINDS))
        if threshold is not None and not (known and all(map(_is_finite, numbers))):
            raise UsageError.of(
                "bad-threshold",
                f"The score threshold {reprlib.repr(threshold)} is neither a number nor one number "
                "per kind.",
                'Pass 0.5, or {"micro": 0.5, "macro": 0.3}.',
            )
        is_list = isinstance(self.metrics, Sequence) and not isinstance(self.metrics, str | bytes)
        expected = "a list of names and mebench.metrics.Metric objects"
        check_argument("metrics", self.metrics, is_list, expected)
        if self.metrics:
            from mebench.metrics.find_metrics import find_metrics

            object.__setattr__(self, "metrics", find_metrics(self.metrics))

    @property
    def own_metrics(self) -> list[OwnMetric]:
        """The named metrics that are not of the standard."""
        named = cast("Sequence[NamedMetric]", self.metrics)
        return [metric for metric in named if not isinstance(metric, str)]

    @property
    def metric_ids(self) -> list[str]:
        """The ids of all named metrics."""
        named = cast("Sequence[NamedMetric]", self.metrics)
        return [metric if isinstance(metric, str) else metric.metric.id for metric in named]

    def check_metrics(self, protocol: Protocol) -> None:
        """Raise ``unknown-metric`` if the protocol does not have a named metric."""
        if not self.metrics:
            return
        from mebench.metrics.registry import METRICS_BY_ID, metrics_of

        for named in cast("Sequence[NamedMetric]", self.metrics):
            metric = METRICS_BY_ID[named] if isinstance(named, str) else named.metric
            if not metric.applies_to(protocol):
                raise UsageError.of(
                    "unknown-metric",
                    f"{protocol.id} has no metric {metric.id!r}, which needs "
                    f"{' and '.join(sorted(metric.needs))}.",
                    f"Its metrics are {', '.join(one.id for one in metrics_of(protocol))}.",
                )

    @property
    def rate(self) -> Fraction | None:
        """The given frames per second of predictions, exactly."""
        fps = None if self.mapping is None else self.mapping.fps
        return None if fps is None else exact_rate(fps)

    @property
    def truth_rate(self) -> Fraction | None:
        """The given frames per second of the truth, exactly; by default those of predictions."""
        fps = None if self.truth_mapping is None else self.truth_mapping.fps
        return self.rate if fps is None else exact_rate(fps)

    def to_record(self) -> Options:
        """Return the options as a report states them."""
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        given["metrics"] = [metric.to_record() for metric in self.own_metrics] or None
        return Options.model_construct(**given)

    @classmethod
    def from_record(cls, options: Options) -> ScoringOptions:
        """Return the options with which a report was computed."""
        names = [metric.id for metric in options.metrics or ()]
        return cls(**{**dict(options), "metrics": names})

    def outside_class(self, protocol: Protocol) -> int | None:
        """Return the index of ``outside_as`` in the class list, or raise ``unknown-class``."""
        if self.outside_as is None:
            return None
        names = ClassList(protocol).names
        normalized = [normalize_label(name) for name in names]
        if normalize_label(self.outside_as) in normalized:
            return normalized.index(normalize_label(self.outside_as))
        raise UsageError.of(
            "unknown-class",
            f"--outside-as {self.outside_as!r}: {protocol.id} has no such class."
            + did_you_mean(self.outside_as, names),
            f"Its classes are {', '.join(names)}."
            if names
            else "Remove --outside-as: the protocol does not analyze emotions.",
        )


def _is_finite(number: object) -> bool:
    try:
        return type(number) in {int, float} and isfinite(cast(float, number))
    except OverflowError:  # an integer too large for a float
        return False
