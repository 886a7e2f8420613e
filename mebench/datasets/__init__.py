"""Data sets: the contract for adapters, the registry, and the data sets that mebench can read.

``licensed`` has one file per licensed data set, ``generic`` reads a user's own folder, ``frames``
reads images and videos, ``checking`` checks a copy, and ``preview`` draws it. Adapters may import
``protocols``, for ids, but not ``evaluation``.

May import: diagnostics, util, models, spreadsheets, formats, protocols, evaluation, tables.
"""

from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Adapter, Dataset, DatasetGenerator, Extent, Video
from mebench.datasets.registry import open_dataset
from mebench.models.truth import (
    TRUTH_FORMAT,
    TruthEvent,
    TruthInterval,
    TruthManifest,
    TruthVideo,
)

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

__all__ = [
    "TRUTH_FORMAT",
    "Adapter",
    "Dataset",
    "DatasetGenerator",
    "Extent",
    "Image",
    "TruthEvent",
    "TruthInterval",
    "TruthManifest",
    "TruthVideo",
    "Video",
    "open_dataset",
]


def __getattr__(name: str) -> Any:
    if name == "Image":  # numpy is not loaded when adapters are listed
        import numpy as np
        from numpy.typing import NDArray

        return NDArray[np.uint8]
    raise AttributeError(f"module 'mebench.datasets' has no attribute {name!r}")
