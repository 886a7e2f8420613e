"""The studies of the paper: Tables 6 to 9, Figures 6 and 7, and the cost (Section 4.3)."""

from __future__ import annotations

from collections.abc import Mapping

from mebench.runner import Setting, Study, Sweep
from mebench_mean.studies.cost import CostStudy
from mebench_mean.studies.explanations import ExplanationStudy
from mebench_mean.studies.learning_curves import LearningStudy

PAPER = "Liong, See, Chan 2023"

STUDIES: Mapping[str, Study] = {
    "k": Sweep(
        f"How far apart the two frames of a pair are [{PAPER}, Table 6]",
        [Setting(f"k = {share:g} s", {"share": share, "k": None}) for share in (0.05, 0.1, 0.15)],
    ),
    "smoothing": Sweep(
        f"How the spotting curve is smoothed [{PAPER}, Table 7]",
        [
            Setting("simple average", {"smoothing": None}),
            Setting("Gaussian, σ = 1", {"smoothing": "gaussian-1"}),
            Setting("Gaussian, σ = 3", {"smoothing": "gaussian-3"}),
            Setting("exponential, τ = 1", {"smoothing": "exponential-1"}),
            Setting("exponential, τ = 3", {"smoothing": "exponential-3"}),
        ],
    ),
    "interval": Sweep(
        f"Which pairs of an interval name its emotion [{PAPER}, Table 8]",
        [
            Setting("case 1: before the peak", {"case": 1}),
            Setting("case 2: the peak", {"case": 2}),
            Setting("case 3: the whole interval", {"case": 3}),
        ],
    ),
    "itl": Sweep(
        f"With and without inductive transfer learning [{PAPER}, Table 9]",
        [
            Setting("with transfer", {"transfer": True}),
            Setting("without transfer", {"transfer": False}),
        ],
    ),
    "learning": LearningStudy(),
    "grad-cam": ExplanationStudy(),
    "cost": CostStudy(),
}
