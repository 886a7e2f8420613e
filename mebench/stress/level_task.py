"""What a worker does in a fold of a stress run: predict the test videos of several levels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mebench.runner.contract import Baseline
from mebench.runner.prediction_checks import check_predictions
from mebench.runner.types import Fold, FoldResult


def predict_levels(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Predict all test videos of a fold; each row of the result names its data set.

    The baseline sees the protocol of the standard level. Curves per frame are not kept.
    """
    ids = dict.fromkeys(
        [*(video.dataset for video in fold.test), *(one.dataset for one in fold.test_samples)]
    )
    # Two data sets, also where there is one level: rows of a composite name theirs.
    names = [*ids, *(["-"] if len(ids) == 1 else [])]
    [dataset] = fold.protocol.datasets
    composite = fold.protocol.model_copy(
        update={"datasets": [dataset.model_copy(update={"id": name}) for name in names]}
    )
    checked = check_predictions(baseline.predict(fold), replace(fold, protocol=composite))
    return FoldResult(
        {"videos": checked.videos, "samples": checked.samples, "clipped": checked.clipped}
    )
