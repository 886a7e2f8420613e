"""Frames of a person, fast: one true render at rest, moved by flow, lit by gains."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.fields import HeadFlow, Rest, flow_of
from mebench.datasets.synthetic.faces.gains import Gains
from mebench.datasets.synthetic.faces.landmarks import landmarks
from mebench.datasets.synthetic.faces.lids import Eyeballs, Lids
from mebench.datasets.synthetic.faces.mesh import mean_head
from mebench.datasets.synthetic.faces.portrait import Portrait, under_lids
from mebench.datasets.synthetic.faces.pose import NEUTRAL, Pose
from mebench.datasets.synthetic.faces.units import SIDED_UNITS
from mebench.datasets.synthetic.person import Person

Floats = NDArray[np.float32]

_STRONG = 4.0
"""Pixels of movement from which the flow is inverted in more steps."""


class Rig:
    """A person who can be posed.

    Parameters
    ----------
    person : Person
    width, height : int
        The picture, in pixels; multiples of 4.
    """

    def __init__(self, person: Person, width: int = 640, height: int = 480) -> None:
        self.portrait = Portrait(person, width, height)
        whole = self.portrait.layers(NEUTRAL).shrunk()
        self._front, self._cover = whole.front, whole.cover
        rest = Rest(self.portrait)
        self.mask: NDArray[np.bool_] = self._face_mask(rest)
        self._flows = {name: flow_of(rest, name) for name in SIDED_UNITS}
        self._gains = Gains(self.portrait, rest)
        self._head = HeadFlow(rest)
        self._moving = self._head.window
        self._moving_front = self._cut(whole.front)
        self._lids = Lids(self.portrait, rest, whole)
        self._eyeballs = Eyeballs(self.portrait, self._lids.window)
        self._eyes_there = self._lids.window.within(self._moving)
        columns = np.arange(self._moving_front.shape[1], dtype=np.float32)
        rows = np.arange(self._moving_front.shape[0], dtype=np.float32)
        self._pixels = np.stack(np.meshgrid(columns, rows), axis=2).astype(np.float32)

    def frame(self, pose: Pose) -> Floats:
        """Draw a pose.

        Parameters
        ----------
        pose : Pose

        Returns
        -------
        float32, shape (height, width, 3)
            Red, green and blue as displayed, 0 to 255, without noise.
        """
        shown = self._front.copy()
        shown[self._moving.rows, self._moving.columns] = self._moved(pose)
        return shown

    def _moved(self, pose: Pose) -> Floats:
        """Draw the part of the picture that moves."""
        there = self._eyes_there
        rows, columns = there.rows, there.columns
        front = self._lit(pose)
        head = self._head.of(pose)
        flow = self._flow(pose, head)
        cover = self._lids.at(pose.blink)[1]
        eyes = self._eyeballs.at(pose.gaze)
        corner = np.array([there.left, there.top], np.float32)
        if flow is None:
            shown = front.copy()
        else:
            source = self._pixels - self._inverted(flow)
            cover = _looked_up(cover, source[rows, columns] - corner, cv2.INTER_LINEAR)
            shown = _looked_up(front, source, cv2.INTER_CUBIC)
            for rim in (0, -1):
                shown[rim], shown[:, rim] = front[rim], front[:, rim]
        if head is not None:
            # Lids slide over the eyeballs, which move with the head alone.
            ahead = self._pixels[rows, columns] - head[rows, columns] - corner
            eyes = _looked_up(eyes, ahead, cv2.INTER_CUBIC)
        shown[rows, columns] += under_lids(cover, eyes)
        return np.clip(shown, 0, 255, out=shown)

    def truth_render(self, pose: Pose) -> Floats:
        """Render a pose in three dimensions, slowly; the same as ``frame`` but exact."""
        return np.clip(self.portrait.picture(pose), 0, 255)

    def landmarks(self, pose: Pose) -> dict[str, tuple[float, float]]:
        """Return where points of the face are seen; see ``landmarks.landmarks``."""
        return landmarks(self.portrait.vertices(pose), self.portrait.camera)

    def _lit(self, pose: Pose) -> Floats:
        """Return the moving part at rest, with the light and the lids of a pose."""
        gain = self._gains.of(pose, self._moving)
        if gain is None and not pose.blink:
            return self._moving_front
        front = self._moving_front.copy()
        if pose.blink:
            front[self._eyes_there.rows, self._eyes_there.columns] = self._lids.at(pose.blink)[0]
        if gain is not None:
            np.multiply(gain, front, out=gain)
            front += gain
        return front

    def _flow(self, pose: Pose, head: Floats | None) -> Floats | None:
        """Return how far every pixel of the moving part moves; shape (height, width, 2)."""
        flow = None if head is None else head.copy()
        for name, intensity in pose.units.items():
            if intensity:
                field = self._flows[name]
                if flow is None:
                    flow = np.zeros_like(self._pixels)
                there, cut = field.window.within(self._moving), self._moving.within(field.window)
                part = flow[there.rows, there.columns]
                part += np.float32(intensity) * field.values[cut.rows, cut.columns]
        return flow

    def _inverted(self, flow: Floats) -> Floats:
        """Return the flow as seen from where pixels arrive: a few fixed-point steps."""
        strong = max(float(flow.max()), -float(flow.min())) > _STRONG
        back = flow
        for _ in range(3 if strong else 1):
            back = _looked_up(flow, self._pixels - back, cv2.INTER_LINEAR)
        return back

    def _cut(self, image: Floats) -> Floats:
        """Return the part of a picture that moves."""
        return np.ascontiguousarray(image[self._moving.rows, self._moving.columns])

    def _face_mask(self, rest: Rest) -> NDArray[np.bool_]:
        """Return the pixels of face and neck at rest, without hair and cloth."""
        places = rest.seen.interpolated(mean_head().vertices)
        face = (places[:, 1] > -1.2) & (places[:, 2] > -0.75)
        mask = np.zeros(rest.size, bool)
        mask[rest.seen.rows[face], rest.seen.columns[face]] = True
        return mask & (rest.bald > 0.5)


def _looked_up(image: Floats, places: Floats, by: int) -> Floats:
    """Look up an image's colours, and hold them at its rim.

    OpenCV's releases differ in what they read beyond the rim, so places are kept within it.

    Parameters
    ----------
    image : float32, shape (height, width[, channels])
    places : float32, shape (rows, columns, 2)
        Pixels right and down; changed.
    by : int
        OpenCV's ``INTER_LINEAR`` or ``INTER_CUBIC``.

    Returns
    -------
    float32, shape (rows, columns[, channels])
    """
    rim = 1 if by == cv2.INTER_CUBIC else 0
    for axis, size in ((0, image.shape[1]), (1, image.shape[0])):
        np.clip(places[..., axis], rim, size - rim - 1.001, out=places[..., axis])
    # Both coordinates are in one map, so there is no second; OpenCV's stubs do not know of that.
    found = cv2.remap(image, places, None, by)  # type: ignore[call-overload]
    return np.asarray(found, np.float32)
