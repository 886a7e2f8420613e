"""Data sets: the contract for adapters, the registry, and the data sets that mebench can read.

``licensed`` has one file per licensed data set, ``generic`` reads a user's own folder, ``frames``
reads images and videos, ``checking`` checks a copy, and ``preview`` draws it. Adapters may import
``protocols``, for ids, but not ``evaluation``.

May import: diagnostics, util, models, spreadsheets, formats, protocols, evaluation, tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Adapter, Dataset, DatasetGenerator, Extent, Video

if TYPE_CHECKING:
    from mebench.datasets.contract import Image
    from mebench.datasets.registry import open_dataset
    from mebench.models.truth import (
        TRUTH_FORMAT,
        TruthEvent,
        TruthInterval,
        TruthManifest,
        TruthVideo,
    )

# Imported on first use: the worker process of a baseline does not need them.
_MODULES = {
    "TRUTH_FORMAT": "mebench.models.truth",
    "TruthEvent": "mebench.models.truth",
    "TruthInterval": "mebench.models.truth",
    "TruthManifest": "mebench.models.truth",
    "TruthVideo": "mebench.models.truth",
    "open_dataset": "mebench.datasets.registry",
}

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
    if name in _MODULES:
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'mebench.datasets' has no attribute {name!r}")
