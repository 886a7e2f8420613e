"""SMIC-NIR: long recordings by the near-infrared camera, 25 frames per second."""

from __future__ import annotations

from mebench.datasets.contract import Extent
from mebench.datasets.licensed.smic import SmicLong, long_layout


class SmicNir(SmicLong):
    """SMIC-E by the near-infrared camera."""

    id = "smic-nir"
    title = "SMIC-E, long recordings, NIR"
    camera = "NIR"
    extent = Extent(8, 71, 71, 25)
    protocol = "smic-nir-str@1"
    fps = 25
    sheets = ("SMIC-NIR-E_annotation*", "SMIC-E-NIR_annotation*", "SMIC_NIR_E_annotation*")
    layout = long_layout("NIR")
