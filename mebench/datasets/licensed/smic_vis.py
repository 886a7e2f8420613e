"""SMIC-VIS: long recordings by the camera of visible light, 25 frames a second."""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed.smic import SmicLong, long_layout


class SmicVis(SmicLong):
    """SMIC-E by the camera of visible light."""

    id = "smic-vis"
    title = "SMIC-E, long recordings, VIS"
    camera = "VIS"
    extent = Extent(8, 71, 71, 25)
    protocol = "smic-vis-str@1"
    fps = 25
    sheets = ("SMIC-VIS-E_annotation*", "SMIC-E-VIS_annotation*", "SMIC_VIS_E_annotation*")
    layout = long_layout("VIS")
