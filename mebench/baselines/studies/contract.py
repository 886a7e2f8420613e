"""The contract of studies: what is asked of a baseline beyond its answers, and what it hands back.

A baseline offers what it can: it names its :class:`Variants`, and overrides the methods of
:class:`~mebench.baselines.Baseline` that return the other records. The harness owns the folds and
the truth here too: a baseline hands back what it says of the test videos, epoch by epoch, and the
harness computes the test curve, which nothing is ever chosen by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.baselines.units import SamplePrediction, UnseenVideo


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of a table that compares settings.

    Attributes
    ----------
    label : str
        How the row is called: ``Gaussian, σ = 1``.
    options : mapping
        The options that make it, over those that were typed.
    """

    label: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Variants:
    """A study that runs a baseline several times, with other options each.

    Attributes
    ----------
    title : str
        What is compared.
    source : str
        The table of the paper that it makes again.
    variants : tuple of Variant
        In the order of the table.
    """

    title: str
    source: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class EpochResult:
    """What a network says of the test samples after an epoch of training.

    Attributes
    ----------
    curve : str
        Which of the networks that are compared: ``with transfer``.
    epoch : int
        Counted from 1.
    namings : sequence of SamplePrediction
        Of all ``fold.test_samples``, with a probability a class.
    loss, accuracy : float
        On what it learns from, as a mean over the epoch.
    """

    curve: str
    epoch: int
    sample_predictions: Sequence[SamplePrediction]
    loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a method looked when it spotted and named an expression.

    Attributes
    ----------
    video : UnseenVideo
        Which.
    onset, apex, offset : int
        The spotted interval.
    face : uint8 array of shape (height, width) or (height, width, 3)
        What is drawn below the maps.
    maps : dict of str to float array of shape (height, width)
        How much each place mattered, from 0 to 1, under the name of the network; NaN where it sees
        nothing.
    """

    video: UnseenVideo
    onset: int
    apex: int
    offset: int
    face: NDArray[np.uint8]
    maps: Mapping[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a fold costs, measured without anything that was kept from before.

    Attributes
    ----------
    parameters : dict of str to int
        Of each network.
    multiplications : int
        Multiply-accumulate operations for one pair of frames.
    frames : int
        How many test frames were answered.
    training : dict of str to float
        Seconds of each step of training, without features.
    inference : dict of str to float
        Seconds of each step from the frames to the answers: ``frames``, ``face``, ``flow``,
        ``features``, ``networks``, ``intervals``, or those that the method has.
    """

    parameters: Mapping[str, int]
    multiplications: int
    frames: int
    training: Mapping[str, float]
    inference: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a baseline has learnt, ready to be kept in a folder of weights.

    Attributes
    ----------
    classes : tuple of str
        In the order of its outputs; empty where it names nothing.
    one_per_video : bool
        Whether only the surest interval of a video counts.
    arrays : dict of str to array
        Numbers; nothing that would have to be unpickled.
    about : dict
        What else it needs, as plain data: frame rate, lengths in frames.
    """

    classes: tuple[str, ...]
    one_per_video: bool
    arrays: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any] = field(default_factory=dict)
