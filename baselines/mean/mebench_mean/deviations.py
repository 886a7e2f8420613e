"""The deviations of this implementation from the paper and from the authors' code, as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mebench_mean.options import MeanOptions

DEVIATIONS_FROM_CODE = (
    "Every fold starts with new weights and a new optimizer; the authors' code continues with "
    "those of the previous fold.",
    "Intervals are clipped to their video; in the authors' code they may end outside.",
    "The training pairs are drawn from a random stream that is the same on every machine.",
    "Every local peak is written as a candidate with its score; the operating point is that of the "
    "authors' code.",
    "The protocol defines which videos are scored; the authors' code leaves out videos without a "
    "micro-expression.",
)
GAPS_IN_PAPER = (
    "Values that the paper does not state (kernel sizes, batch normalization, dropout, L2, "
    "interpolation) are those of the authors' code.",
)


def deviations_of(options: MeanOptions) -> list[str]:
    """Return the deviations of a run, from the source that its preset follows."""
    deviations = [*DEVIATIONS_FROM_CODE, *(GAPS_IN_PAPER if options.preset == "paper" else ())]
    if options.half_length is None:
        deviations.append(
            "k' is half the mean length of the micro-expressions of the training subjects; the "
            "authors' code uses all subjects, including the test subject."
        )
    elif options.half_length == "published":
        deviations.append(
            "k' is the constant that the paper gives for the data set, computed from all subjects."
        )
    if options.flow == "numba":
        deviations.append(
            "TV-L1 is a separate implementation; it differs from OpenCV's by no more than OpenCV's "
            "flow changes when the images change by a thousandth of a gray level."
        )
    if options.align == "landmarks":
        deviations.append("Faces are aligned with dlib's landmarks; the paper uses FacePoseNet.")
    changed = sorted(options.model_fields_set - {"preset"})
    if changed:
        values = ", ".join(f"{name} = {getattr(options, name)}" for name in changed)
        deviations.append(f"Options set in addition to the preset {options.preset}: {values}.")
    return deviations
