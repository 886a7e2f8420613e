"""What the networks see of a pair of frames: flow and strain around eyes and mouth."""

from mebench_mean.features.apex import search_apex
from mebench_mean.features.extraction import extract_all_pairs, extract_pairs
from mebench_mean.features.settings import FeatureSettings, k_from_fps

__all__ = ["FeatureSettings", "extract_all_pairs", "extract_pairs", "k_from_fps", "search_apex"]
