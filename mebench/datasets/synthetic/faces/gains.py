"""The gains of a pose, as sums of the gains of its parts.

A unit's gain bends as its intensity grows: it is worked out at a small and at the full intensity,
and taken to be straight between. The full ones are worked out when first asked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.fields import Field, RestPose
from mebench.datasets.synthetic.faces.portrait import Portrait, Window
from mebench.datasets.synthetic.faces.pose import Pose
from mebench.datasets.synthetic.faces.ratios import TURN, RatioImages
from mebench.datasets.synthetic.faces.units import ACTION_UNITS

Floats = NDArray[np.float32]

SMALL = 0.4
"""The intensity of a unit's first gain; the second's is 1."""


class ShadingGains:
    """The gains of one portrait.

    Parameters
    ----------
    portrait : Portrait
    rest : RestPose
    """

    def __init__(self, portrait: Portrait, rest: RestPose) -> None:
        self._ratios = RatioImages(portrait, rest)
        self._small: dict[str, Field | None] = {}
        self._full: dict[str, Field | None] = {}
        for unit in ACTION_UNITS:
            self._small |= self._ratios.of_unit(unit, SMALL)
        self._turns = [self._ratios.of_turn(way) for way in ((TURN, 0.0, 0.0), (0.0, TURN, 0.0))]

    def of(self, pose: Pose, window: Window) -> Floats | None:
        """Return the gain of a part of the picture.

        Parameters
        ----------
        pose : Pose
        window : Window

        Returns
        -------
        float32, shape (height, width, 3), or None
            What to multiply the picture at rest by, less 1; None where nothing changes.
        """
        parts: list[tuple[float, Field | None]] = []
        for name, intensity in pose.units.items():
            beyond = max(intensity - SMALL, 0.0) / (1 - SMALL)
            if intensity:
                parts.append((min(intensity / SMALL, 1.0) - beyond, self._small[name]))
            if beyond > 0:
                if name not in self._full:
                    self._full |= self._ratios.of_unit(name[:-1], 1.0)
                parts.append((beyond, self._full[name]))
        turned = zip(pose.rotation, self._turns, strict=False)
        parts.extend((angle / TURN, gain) for angle, gain in turned if angle)
        total: Floats | None = None
        for strength, field in parts:
            if field is None:
                continue
            if total is None:
                shape = (window.bottom - window.top, window.right - window.left, 3)
                total = np.zeros(shape, np.float32)
            there = field.window.within(window)
            cut = window.within(field.window)
            part = total[there.rows, there.columns]
            part += np.float32(strength) * field.values[cut.rows, cut.columns]
        return total
