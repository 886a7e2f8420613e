"""Which intervals of a submission are spotted, and which are only candidates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mebench.records.base import Kind
from mebench.records.submission import Threshold


def is_spotted(
    interval: Mapping[str, Any], threshold: Threshold | None, default_kind: Kind = "micro"
) -> bool:
    """Tell whether an interval lies at its video's threshold or above (the standard, section 3).

    Parameters
    ----------
    interval : mapping
        A row of a submission.
    threshold : float, dict or None
        That of its video; without one for its kind, everything is spotted.
    default_kind : {"micro", "macro"}
        Of an interval that does not say its kind.
    """
    if isinstance(threshold, dict):
        threshold = threshold.get(interval.get("kind") or default_kind)
    score = interval.get("score")
    return threshold is None or score is None or bool(score >= threshold)
