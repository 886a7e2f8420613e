"""The scores of one video over its frames, and what was spotted there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Interval:
    """An expression, predicted or true; frames are counted from 0, both ends belong to it.

    Attributes
    ----------
    onset, offset : int
        The first and the last frame.
    apex : int, optional
        The strongest frame.
    score : float, optional
        Of a prediction: higher is surer.
    emotion : str, optional
        Its name.
    """

    onset: int
    offset: int
    apex: int | None = None
    score: float | None = None
    emotion: str | None = None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A frame of the video, shown below the curve.

    Attributes
    ----------
    frame : int
        Its number.
    image : uint8 array of shape (height, width) or (height, width, 3)
        The picture; RGB.
    caption : str
        What stands below it, after the frame's number.
    """

    frame: int
    image: NDArray[np.uint8]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ScoredVideo:
    """A video and all that is said of it.

    Attributes
    ----------
    title : str
        What stands above.
    n_frames : int
        How many frames it has.
    predictions : sequence of Interval
        What was spotted; where the scores of some are below the threshold, those are candidates.
    truths : sequence of Interval, optional
        What is annotated; None where nobody knows.
    curves : dict of str to float array of shape (n_frames,)
        Scores a frame, NaN where there is none. The last is drawn in colour, those before it thin
        and grey.
    threshold : float, optional
        The operating point, on the scale of the last curve.
    fps : float, optional
        Frames a second.
    thumbnails : sequence of Thumbnail
        Six at most are shown.
    """

    title: str
    n_frames: int
    predictions: Sequence[Interval]
    truths: Sequence[Interval] | None = None
    curves: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)
    threshold: float | None = None
    fps: float | None = None
    thumbnails: Sequence[Thumbnail] = ()


def draw_curves(path: str | Path, video: ScoredVideo) -> None:
    """Draw the curves of a video, the true intervals above and the predicted ones below.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    raise NotImplementedError
