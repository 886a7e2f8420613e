"""Features of a pair of frames: optical flow and strain around the eyes and the mouth."""

from mebench_vision.features.extraction import extract_pairs, search_apex
from mebench_vision.features.settings import FeatureSettings, k_from_fps

__all__ = ["FeatureSettings", "extract_pairs", "k_from_fps", "search_apex"]
