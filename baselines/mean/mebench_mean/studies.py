"""The studies of the paper, Tables 6 to 9."""

from __future__ import annotations

from mebench.runner import Variant, Variants

PAPER = "Liong, See, Chan 2023"

STUDIES = {
    "k": Variants(
        "How far apart the two frames of a pair are",
        f"{PAPER}, Table 6",
        tuple(
            Variant(f"k = {share:g} s", {"share": share, "k": None}) for share in (0.05, 0.1, 0.15)
        ),
    ),
    "smoothing": Variants(
        "How the spotting curve is smoothed",
        f"{PAPER}, Table 7",
        (
            Variant("simple average", {"smoothing": None}),
            Variant("Gaussian, σ = 1", {"smoothing": "gaussian-1"}),
            Variant("Gaussian, σ = 3", {"smoothing": "gaussian-3"}),
            Variant("exponential, τ = 1", {"smoothing": "exponential-1"}),
            Variant("exponential, τ = 3", {"smoothing": "exponential-3"}),
        ),
    ),
    "interval": Variants(
        "Which pairs of an interval name its emotion",
        f"{PAPER}, Table 8",
        (
            Variant("case 1: before the peak", {"case": 1}),
            Variant("case 2: the peak", {"case": 2}),
            Variant("case 3: the whole interval", {"case": 3}),
        ),
    ),
    "itl": Variants(
        "With and without inductive transfer learning",
        f"{PAPER}, Table 9",
        (
            Variant("with transfer", {"transfer": True}),
            Variant("without transfer", {"transfer": False}),
        ),
    ),
}
