"""SMIC-VIS: long recordings in visible light, 25 frames per second."""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed.smic import SmicLong, long_layout


class SmicVis(SmicLong):
    """SMIC-E by the visible-light camera."""

    id = "smic-vis"
    title = "SMIC-E, long recordings, VIS"
    camera = "VIS"
    extent = Extent(8, 71, 71, 25)
    protocol = "smic-vis-str@1"
    fps = 25
    sheets = ("SMIC-VIS-E_annotation*", "SMIC-E-VIS_annotation*", "SMIC_VIS_E_annotation*")
    layout = long_layout("VIS")
