"""From the results of folds to one submission."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from mebench.baselines.answers import curves_as_npz
from mebench.baselines.contract import Baseline, BaselineOptions
from mebench.baselines.folds import PlannedFold
from mebench.baselines.material import RunData
from mebench.baselines.request import RunConfig
from mebench.baselines.run_folder import FoldResult
from mebench.baselines.stated import variant_name
from mebench.diagnostics import UsageError
from mebench.records.submission import SUBMISSION_FORMAT, Submission, System


def build_submission(
    request: RunConfig,
    material: RunData,
    folds: Sequence[PlannedFold],
    results: Sequence[FoldResult],
) -> Submission:
    """Put the results of all folds together.

    It holds nothing that depends on when, where or by how many processes they were made.
    """
    composite = material.protocol.is_composite
    return Submission.model_validate(
        {
            "format": SUBMISSION_FORMAT,
            "protocol": material.protocol.id,
            "system": system_metadata(request.baseline, request.options),
            "folds": [
                {
                    "test": [dict(fold.subject._asdict()) if composite else fold.subject.subject],
                    "seed": fold.seed,
                }
                for fold in folds
            ],
            "videos": [row for result in results for row in result.head["videos"]],
            "samples": [row for result in results for row in result.head["samples"]],
        }
    )


def system_metadata(baseline: type[Baseline], options: BaselineOptions) -> System:
    """Return what a baseline says of itself, its variety beside its version.

    Raises
    ------
    UsageError
        ``plugin-broken``.
    """
    kind = variant_name(baseline, options)
    stated = {
        "name": baseline.name,
        "version": f"{baseline.version} ({kind})" if kind else baseline.version,
        "authors": list(baseline.authors),
        "paper": baseline.paper,
        "url": baseline.url,
        "code": baseline.code,
        "model_selection": baseline.model_selection,
        "uses_truth": baseline.needs_truth,
    }
    said = {name: value for name, value in stated.items() if value not in (None, [], False)}
    try:
        return System.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError.of(
            "plugin-broken",
            f"The baseline {baseline.name!r} says of itself what cannot be written down: "
            f"`{first['loc'][0]}` is {first['input']!r:.80}: {first['msg']}.",
            "The baseline has to be corrected.",
        ) from None


def merge_curves(results: Sequence[FoldResult]) -> bytes:
    """Put the curves of all folds into one ``.npz`` file; nothing where there are none."""
    import numpy as np

    curves: dict[str, Any] = {}
    for result in results:
        if result.body:
            with np.load(io.BytesIO(result.body), allow_pickle=False) as file:
                curves.update({name: file[name] for name in file.files})
    return curves_as_npz(curves)
