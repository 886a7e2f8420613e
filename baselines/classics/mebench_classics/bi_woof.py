"""Bi-WOOF: bi-weighted oriented optical flow, and a support vector machine (Liong et al. 2018).

The face is divided into blocks. The histogram of a block counts the directions of the flow from
onset to apex, each pixel weighted by the length of its flow (the local weight). The histogram of
each block is then weighted by the optical strain of the block (the global weight), since few blocks
move in a micro-expression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from mebench.runner import BaselineOptions, Fold
from mebench_classics.recognizer import FlowOptions, FlowRecognizer, Scores
from mebench_classics.support_vectors import linear_machine
from mebench_vision.faces.crops import FACE_SIZE
from mebench_vision.features.pair_features import strain

if TYPE_CHECKING:
    from numpy.typing import NDArray


class BiWoofOptions(FlowOptions):
    """The options of Bi-WOOF."""

    blocks: int = Field(8, ge=1, le=FACE_SIZE, description="Blocks of the face in each direction.")
    bins: int = Field(8, ge=2, le=360, description="Bins of the directions of the flow.")
    penalty: float = Field(1e4, gt=0, description="C of the support vector machine.")


class BiWoof(FlowRecognizer):
    """Directions of the flow in blocks, weighted by its length and by the strain of the block."""

    name = "bi-woof"
    title = "Bi-WOOF: weighted directions of the flow from onset to apex, SVM; recognition only"
    authors = ("Sze-Teng Liong", "John See", "KokSheik Wong", "Raphael C.-W. Phan")
    paper = (
        "Less is more: Micro-expression recognition from video using apex frame. Signal "
        "Processing: Image Communication 62, 2018"
    )
    options_type = BiWoofOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, BiWoofOptions)
        self.settings: BiWoofOptions = options

    def describe_flow(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the Bi-WOOF histogram of a flow (128, 128, 2), of shape (blocks² · bins,)."""
        return bi_woof(flow, strain(flow), self.settings.blocks, self.settings.bins)

    def learn(
        self, descriptions: NDArray[np.float32], classes: NDArray[np.int64], fold: Fold
    ) -> Scores:
        """Train a linear support vector machine."""
        n_classes = len(fold.protocol.classes)
        return linear_machine(descriptions, classes, n_classes, self.settings.penalty)

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces, flow and the support vector machine need."""
        return {**super().requirements(), "sklearn": "scikit-learn"}

    def dependencies(self) -> Mapping[str, str]:
        """Return what the predictions depend on besides the options."""
        return {"scikit-learn": version("scikit-learn"), **super().dependencies()}

    def variant_name(self) -> str:
        """Return the numbers of blocks and bins, and the flow."""
        blocks, bins = self.settings.blocks, self.settings.bins
        return f"{blocks} x {blocks} blocks, {bins} bins, TV-L1 by {self.settings.flow}"

    def deviations(self) -> Sequence[str]:
        """Return where the method differs from the paper and the authors' code."""
        return [
            *super().deviations(),
            "Blocks do not overlap; in the authors' code neighboring blocks share rows and columns "
            "of pixels.",
            "The strain is that of MEAN, from backward differences.",
            "C of the support vector machine could not be compared with the paper.",
        ]


def bi_woof(
    flow: NDArray[np.float32], strains: NDArray[np.float32], blocks: int, bins: int
) -> NDArray[np.float32]:
    """Return the bi-weighted histograms of all blocks, row by row, as one vector of length 1.

    The histogram of a block adds up the length sqrt(u² + v²) of the flow of each pixel in the bin
    of its direction atan2(v, u), from -180° on, and is divided by its sum. It is multiplied by the
    mean strain of the block. The complete vector is divided by its Euclidean length, as in the
    authors' code.

    Parameters
    ----------
    flow : float32 array of shape (height, width, 2)
        The flow, to the right and down.
    strains : float32 array of shape (height, width)
        The magnitude of the strain.
    blocks : int
        Blocks in each direction. Their sizes differ by a pixel if the face cannot be divided.
    bins : int
        Bins of the direction.

    Returns
    -------
    float32 array of shape (blocks * blocks * bins,)
        Zeros if nothing moves.
    """
    across, down = flow[..., 0].astype(np.float64), flow[..., 1].astype(np.float64)
    turn = (np.arctan2(down, across) + np.pi) / (2 * np.pi)  # 0 to 1
    chosen = (turn * bins).astype(np.int64) % bins  # the direction of 180° is that of -180°
    height, width = strains.shape
    rows = np.arange(height) * blocks // height
    columns = np.arange(width) * blocks // width
    block = rows[:, None] * blocks + columns
    lengths = np.hypot(across, down)
    histograms = np.bincount(
        (block * bins + chosen).ravel(), lengths.ravel(), blocks * blocks * bins
    ).reshape(blocks * blocks, bins)
    totals = histograms.sum(axis=1, keepdims=True)
    histograms = np.divide(histograms, totals, out=np.zeros_like(histograms), where=totals > 0)
    pixels = np.bincount(block.ravel(), minlength=blocks * blocks)
    # A face with fewer rows than blocks has blocks without pixels.
    weights = np.bincount(block.ravel(), strains.ravel(), blocks * blocks) / np.maximum(pixels, 1)
    vector = (histograms * weights[:, None]).ravel()
    length = np.linalg.norm(vector)
    return np.asarray(vector / length if length > 0 else vector, np.float32)
