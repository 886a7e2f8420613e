"""SMIC-HS: long recordings by the high-speed camera, 100 frames per second."""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed.smic import SmicLong, long_layout


class SmicHs(SmicLong):
    """SMIC-E by the high-speed camera."""

    id = "smic-hs"
    title = "SMIC-E, long recordings, HS"
    camera = "HS"
    extent = Extent(16, 157, 157, 100)
    protocol = "smic-hs-str@1"
    fps = 100
    sheets = ("SMIC-HS-E_annotation*", "SMIC-E-HS_annotation*", "SMIC_HS_E_annotation*")
    layout = long_layout("HS")
