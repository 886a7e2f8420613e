"""What must be installed for a run, and what is imported only when it is needed."""

from __future__ import annotations

import subprocess
import sys

from mebench_mean.baseline import Mean
from mebench_mean.flow_magnitude import FlowMagnitude
from mebench_mean.options import MeanOptions


def test_requirements_follow_the_options() -> None:
    required = dict(Mean(MeanOptions()).requirements())
    assert set(required) == {"cv2", "dlib", "numba", "keras", "tensorflow"}
    assert required["cv2"] == "opencv-contrib-python-headless"
    assert required["dlib"] == "dlib-bin"
    assert "numba" not in Mean(MeanOptions(flow="opencv")).requirements()
    assert set(FlowMagnitude(MeanOptions()).requirements()) == {"cv2", "dlib", "numba"}


def test_heavy_libraries_are_imported_when_they_are_needed() -> None:
    """So `--list` is fast, and a missing package is reported before anything is prepared."""
    heavy = {"cv2", "dlib", "keras", "matplotlib", "numba", "tensorflow"}
    code = f"import sys, mebench_mean.flow_magnitude; print({heavy!r} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
