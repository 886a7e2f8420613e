"""Liong 2016: the apex by optical strain, then Bi-WOOF between onset and apex.

S.-T. Liong, J. See, K. Wong, R. C.-W. Phan, "Automatic micro-expression recognition from long video
using a single spotted apex", ACCV Workshops 2016: the first method that spots and then recognizes,
and the row "Liong 2016" of Tables 2 and 3 of the MEAN paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from mebench.runner import Composition
from mebench_classics.bi_woof import BiWoof
from mebench_classics.optical_strain import OpticalStrain


class Liong2016(Composition):
    """The spotted apex of the strain, and the emotion of the flow from the onset to this apex."""

    name = "liong2016"
    title = "Apex by optical strain, then Bi-WOOF between onset and apex"
    authors = ("Sze-Teng Liong", "John See", "KokSheik Wong", "Raphael C.-W. Phan")
    paper = (
        "Automatic micro-expression recognition from long video using a single spotted apex. ACCV "
        "Workshops, 2016"
    )
    parts = (OpticalStrain, BiWoof)

    def deviations(self) -> Sequence[str]:
        """Return the deviations from the paper."""
        return (
            "The paper spots one apex per video and compares it with the first frame. In protocols "
            "with any number of expressions per video, each peak of the strain is an apex, and it "
            "is compared with the onset of its interval.",
            *super().deviations(),
        )
