"""Data sets: the contract for adapters, the registry, and the data sets that mebench can read.

``licensed`` has one file per licensed data set, ``generic`` reads a user's own folder, ``frames``
reads images and videos, ``spreadsheets`` reads annotation sheets, ``checking`` checks a copy, and
``preview`` draws it. Adapters may import ``protocols``, for ids, but not ``evaluation``.

May import: diagnostics, util, models, formats, protocols, evaluation, tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Adapter, Dataset, DatasetGenerator, Extent, Video
from mebench.datasets.registry import open_dataset

if TYPE_CHECKING:
    from mebench.datasets.contract import Image
    from mebench.models.truth import TRUTH_FORMAT, TruthInterval, TruthManifest, TruthVideo

# Numpy and pydantic are loaded when frames or a truth are made, not when adapters are listed.
_TRUTH_NAMES = frozenset({"TRUTH_FORMAT", "TruthInterval", "TruthManifest", "TruthVideo"})

__all__ = [
    "TRUTH_FORMAT",
    "Adapter",
    "Dataset",
    "DatasetGenerator",
    "Extent",
    "Image",
    "TruthInterval",
    "TruthManifest",
    "TruthVideo",
    "Video",
    "open_dataset",
]


def __getattr__(name: str) -> Any:
    if name == "Image":
        import numpy as np
        from numpy.typing import NDArray

        return NDArray[np.uint8]
    if name in _TRUTH_NAMES:
        return getattr(import_module("mebench.models.truth"), name)
    raise AttributeError(f"module 'mebench.datasets' has no attribute {name!r}")
