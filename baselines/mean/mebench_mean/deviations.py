"""Where a run of MEAN differs from the authors' code and from the paper, in sentences."""

from __future__ import annotations

from mebench_mean.author_folder import AuthorFolder
from mebench_mean.options import MeanOptions

OF_FEATURES = (
    "Of several faces the largest one is taken; the authors' code takes the last one of dlib's "
    "list.",
    "Face crops are not stored as JPEG files; in the authors' code, this changes a feature by as "
    "much as the noise of the flow.",
    "Features are stored in half precision (float16).",
)
OF_TRAINING = (
    "Every fold starts with new weights and a new optimizer; in the authors' code all folds start "
    "with the same weights, and Adam's moments and step count go on from fold to fold.",
    "The training pairs are drawn from a random stream that is the same on every machine.",
    "If there are too few negative pairs, positive ones are left out until the ratio is reached; "
    "where more than half of all pairs are positive, the authors' code keeps a fifth of these.",
)
OF_PREDICTION = (
    "Intervals are clipped to their video; in the authors' code they may end outside.",
    "Every local peak is written as a candidate with its score; the operating point is that of the "
    "authors' code. A long video whose curve has no local peak gets its maximum; the authors' code "
    "predicts the interval [0, 0].",
    "The protocol defines which videos are scored; the authors' code leaves out videos without a "
    "micro-expression.",
)
GAPS_IN_PAPER = (
    "Values that the paper does not state (kernel sizes, batch normalization, dropout, L2, "
    "interpolation, and scaling each channel of a pair to [0, 1]) are those of the authors' code.",
    "The paper follows its predecessor SOFTNet in preprocessing, whose code also subtracts the "
    "motion of the nose and masks the eyes; the code of MEAN does neither, and so does this one.",
)
MAXIMUM_EPOCHS = (
    "The paper gives a maximum number of epochs without a stopping rule; all of them are trained."
)


def deviations_of(options: MeanOptions) -> list[str]:
    """Return the deviations of a run, from the source that its preset follows."""
    folder = options.author_weights
    deviations = [*OF_FEATURES, *(OF_TRAINING if folder is None else ()), *OF_PREDICTION]
    if folder is not None:
        deviations.append("The networks are the authors' own; nothing was trained.")
        deviations += AuthorFolder(folder).deviations()
    if options.preset == "paper":
        deviations += [*GAPS_IN_PAPER, *([MAXIMUM_EPOCHS] if folder is None else [])]
    if options.half_length == "published" or (folder is not None and options.half_length is None):
        deviations.append(
            "k' is the constant that the paper gives for the data set, computed from all subjects."
        )
    elif options.half_length is None:
        deviations.append(
            "k' is half the mean length of the micro-expressions of the training subjects; the "
            "authors' code uses all subjects, including the test subject."
        )
    if options.flow == "numba":
        deviations.append(
            "TV-L1 is a separate implementation; it differs from OpenCV's by no more than OpenCV's "
            "flow changes when the images change by a thousandth of a gray level."
        )
    if options.align == "landmarks":
        deviations.append("Faces are aligned with dlib's landmarks; the paper uses FacePoseNet.")
    changed = sorted(options.model_fields_set - {"preset", "author_weights"})
    if changed:
        values = ", ".join(f"{name} = {getattr(options, name)}" for name in changed)
        deviations.append(f"Options set in addition to the preset {options.preset}: {values}.")
    return deviations
