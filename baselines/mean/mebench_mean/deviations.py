"""Where this MEAN leaves the text of the paper and the authors' code, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mebench_mean.options import MeanOptions

DEVIATIONS_FROM_CODE = (
    "Every fold begins with fresh weights and a fresh optimiser; the released code goes on with "
    "those of the fold before.",
    "Intervals are clipped to their video; those of the released code may end outside.",
    "The pairs to learn from are drawn from a stream that is the same on every machine.",
    "Every local peak is written as a candidate with its score; the operating point is that of the "
    "released code.",
    "Which videos are scored is the protocol's affair; the released code leaves out those without "
    "a micro-expression.",
)
GAPS_IN_PAPER = (
    "Where the text is silent (kernel sizes, batch normalisation, dropout, L2, interpolation), the "
    "values are those of the released code.",
)


def deviations_of(options: MeanOptions) -> list[str]:
    """Return the deviations of a run, from the source that its preset follows."""
    said = [*DEVIATIONS_FROM_CODE, *(GAPS_IN_PAPER if options.preset == "paper" else ())]
    if options.half_length is None:
        said.append(
            "k' is half the mean length of the micro-expressions of the training subjects; the "
            "released code takes that of all, the test subject's too."
        )
    elif options.half_length == "published":
        said.append(
            "k' is the constant that the paper gives for the data set, which was taken from all "
            "subjects."
        )
    if options.flow == "numba":
        said.append(
            "TV-L1 is an implementation of our own; it differs from OpenCV's by no more than "
            "OpenCV's does from itself when the images change by a thousandth of a grey level."
        )
    if options.align == "landmarks":
        said.append("Faces are aligned by dlib's landmarks; the paper uses FacePoseNet.")
    typed = sorted(options.model_fields_set - {"preset"})
    if typed:
        names = ", ".join(f"{name} = {getattr(options, name)}" for name in typed)
        said.append(f"Set by hand, over the preset {options.preset}: {names}.")
    return said
