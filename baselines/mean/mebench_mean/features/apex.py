"""The apex of an expression that is annotated by its onset and offset alone, as in SMIC."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from mebench_mean.faces.reading import Faces
from mebench_mean.features.pair import PairDescriber
from mebench_mean.features.settings import FeatureSettings
from mebench_mean.flow import flow_function

ApexCriterion: TypeAlias = Literal["features", "difference"]


def search_apex(
    faces: Faces,
    onset: int,
    offset: int,
    settings: FeatureSettings,
    criterion: ApexCriterion = "features",
) -> int:
    """Return the frame after the onset in which the face differs most from it.

    Parameters
    ----------
    faces : Faces
        Of the video in which the expression lies.
    onset, offset : int
        Its first and last frame.
    settings : FeatureSettings
        How a pair is described, for ``features``.
    criterion : {"features", "difference"}
        The largest sum of the normalised features, as in the released code; or the largest mean
        difference of the grey levels, as the paper says it.

    Returns
    -------
    int
        The first such frame; the onset itself where no frame follows it.
    """
    describer = PairDescriber(faces.landmarks, settings.roi, settings.normalisation)
    flow = flow_function(settings.flow)
    first = faces.crops[onset]
    best, most = onset, -np.inf
    for number in range(onset + 1, min(offset + 1, len(faces.crops))):
        crop = faces.crops[number]
        if criterion == "features":
            found = float(describer.describe(flow(first, crop)).maps.sum())
        else:
            found = float(np.abs(crop.astype(np.int16) - first).mean())
        if found > most:
            best, most = number, found
    return best
