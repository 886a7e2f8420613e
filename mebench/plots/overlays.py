"""Where networks looked: maps laid over faces [Fig. 7 of the MEAN paper]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Overlay:
    """A face and the maps laid over it.

    Attributes
    ----------
    title : str
        What stands beside it: the video, the emotion.
    face : uint8 array of shape (height, width) or (height, width, 3)
        The picture; RGB.
    maps : dict of str to float array
        How much each place mattered, from 0 to 1; NaN where nothing is seen. A map of another size
        than the face is stretched over it.
    """

    title: str
    face: NDArray[np.uint8]
    maps: Mapping[str, NDArray[np.floating[Any]]]


def draw_overlays(path: str | Path, overlays: Sequence[Overlay], *, title: str = "") -> None:
    """Draw a row an overlay: the face, then the face under each of its maps.

    Raises
    ------
    UsageError
        ``unknown-ending`` or ``cannot-write``.
    """
    raise NotImplementedError
