"""The apex of an expression that is annotated by its onset and offset alone, as in SMIC."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench.datasets import Video
from mebench_mean.features.extraction import face_in
from mebench_mean.features.pair import Describer
from mebench_mean.features.settings import FeatureSettings
from mebench_mean.flow import flow_function

Criterion: TypeAlias = Literal["features", "difference"]


def search_apex(
    video: Video,
    onset: int,
    offset: int,
    settings: FeatureSettings,
    criterion: Criterion = "features",
) -> int:
    """Return the frame after the onset in which the face differs most from it.

    Parameters
    ----------
    video : Video
        Where the expression lies.
    onset, offset : int
        Its first and last frame.
    settings : FeatureSettings
        How the face is found and, for ``features``, described.
    criterion : {"features", "difference"}
        The largest sum of the normalised features, as in the released code; or the largest mean
        difference of the grey levels, as the paper says it.

    Returns
    -------
    int
        The first such frame; the onset itself where no frame follows it.

    Raises
    ------
    MebenchError
        As :func:`~mebench_mean.features.extraction.extract`.
    """
    face = face_in(video, settings)
    describer = Describer(face.landmarks, settings.roi, settings.normalisation)
    flow = flow_function(settings.flow)
    first: NDArray[np.uint8] | None = None
    best, most = onset, -np.inf
    for number, image in enumerate(video.frames(onset, offset + 1), onset):
        crop = face.crop(image)
        if first is None:
            first = crop
            continue
        if criterion == "features":
            found = float(describer.describe(flow(first, crop)).maps.sum())
        else:
            found = float(np.abs(crop.astype(np.int16) - first).mean())
        if found > most:
            best, most = number, found
    return best
