"""Data sets: the contract for those who add one, and those that come with mebench."""

from mebench.datasets.contract import Adapter, Dataset, Extent, Video
from mebench.datasets.registry import open_dataset

__all__ = ["Adapter", "Dataset", "Extent", "Video", "open_dataset"]
