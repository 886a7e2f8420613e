"""Data sets: open one, check a copy, and write an adapter for one of your own.

:func:`open_dataset` opens a data set by its id: its :meth:`~Dataset.truth`, and its videos, whose
:meth:`~Video.frames` are numpy arrays. :func:`available` lists the data sets, :func:`check` reports
all problems of a copy. An adapter of your own subclasses :class:`Adapter`, and may import the names
of this module and of :mod:`mebench`, but no others.

Within mebench, ``licensed`` has one file per licensed data set, ``generic`` reads a user's own
folder, ``frames`` reads images and videos, ``checking`` checks a copy, and ``preview`` draws it.
Adapters may import ``protocols``, for ids, but not ``evaluation``.

May import: diagnostics, util, models, spreadsheets, formats, protocols, evaluation, tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mebench.datasets.checking.check_result import CheckResult
    from mebench.datasets.checking.run_checks import check
    from mebench.datasets.contract import (
        Adapter,
        AppliedRepair,
        Dataset,
        DatasetGenerator,
        Extent,
        Image,
        RepairDescription,
        Video,
    )
    from mebench.datasets.factors import Factor
    from mebench.datasets.frames.frame_folder import FrameFolder
    from mebench.datasets.frames.video_file import VideoFile
    from mebench.datasets.listing import DatasetInfo, available
    from mebench.datasets.opened_dataset import OpenedDataset
    from mebench.datasets.registry import open_dataset
    from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place
    from mebench.models.truth import (
        TRUTH_FORMAT,
        TruthEvent,
        TruthInterval,
        TruthManifest,
        TruthSample,
        TruthVideo,
    )
    from mebench.spreadsheets.table import ColumnSpec, SheetTable, read_sheet
    from mebench.spreadsheets.table_row import TableRow

# Imported on first use: adapters are listed without reading frames or sheets.
_MODULES = {
    "mebench.datasets.checking.check_result": ("CheckResult",),
    "mebench.datasets.checking.run_checks": ("check",),
    "mebench.datasets.contract": (
        *("Adapter", "AppliedRepair", "Dataset", "DatasetGenerator", "Extent"),
        *("RepairDescription", "Video"),
    ),
    "mebench.datasets.factors": ("Factor",),
    "mebench.datasets.frames.frame_folder": ("FrameFolder",),
    "mebench.datasets.frames.video_file": ("VideoFile",),
    "mebench.datasets.listing": ("DatasetInfo", "available"),
    "mebench.datasets.opened_dataset": ("OpenedDataset",),
    "mebench.datasets.registry": ("open_dataset",),
    "mebench.diagnostics": ("Diagnostic", "Findings", "MebenchError", "Place"),
    "mebench.models.truth": (
        *("TRUTH_FORMAT", "TruthEvent", "TruthInterval", "TruthManifest", "TruthSample"),
        "TruthVideo",
    ),
    "mebench.spreadsheets.table": ("ColumnSpec", "SheetTable", "read_sheet"),
    "mebench.spreadsheets.table_row": ("TableRow",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "TRUTH_FORMAT",
    "Adapter",
    "AppliedRepair",
    "CheckResult",
    "ColumnSpec",
    "Dataset",
    "DatasetGenerator",
    "DatasetInfo",
    "Diagnostic",
    "Extent",
    "Factor",
    "Findings",
    "FrameFolder",
    "Image",
    "MebenchError",
    "OpenedDataset",
    "Place",
    "RepairDescription",
    "SheetTable",
    "TableRow",
    "TruthEvent",
    "TruthInterval",
    "TruthManifest",
    "TruthSample",
    "TruthVideo",
    "Video",
    "VideoFile",
    "available",
    "check",
    "open_dataset",
    "read_sheet",
]


def __getattr__(name: str) -> Any:
    if name == "Image":  # a type: numpy is not loaded for annotations
        import numpy as np
        from numpy.typing import NDArray

        return NDArray[np.uint8]
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'mebench.datasets' has no attribute {name!r}")
    return getattr(import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
