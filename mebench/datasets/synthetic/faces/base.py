"""One true render, moved by flow and lit by gains: frames of the poses around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.fields import HeadFlow, Rest, flow_of
from mebench.datasets.synthetic.faces.gains import Gains
from mebench.datasets.synthetic.faces.lids import Eyeballs, Lids
from mebench.datasets.synthetic.faces.mesh import mean_head
from mebench.datasets.synthetic.faces.portrait import Portrait, under_lids
from mebench.datasets.synthetic.faces.pose import Pose
from mebench.datasets.synthetic.faces.units import SIDED_UNITS

Floats = NDArray[np.float32]

_STRONG = 4.0
"""Pixels of movement from which the flow is inverted in more steps."""


class Base:
    """A true render of a person, and what it takes to make other poses of it.

    Parameters
    ----------
    portrait : Portrait
    units : mapping of str to float
        The action units of the pose that is rendered.

    Attributes
    ----------
    mask : bool, shape (height, width)
        The pixels of face and neck in that pose, without hair and cloth.
    """

    def __init__(self, portrait: Portrait, units: Mapping[str, float]) -> None:
        whole = portrait.layers(Pose(units=units)).shrunk()
        self._units, self._front = units, whole.front
        rest = Rest(portrait, units)
        self.mask: NDArray[np.bool_] = _face_mask(rest)
        self._flows = {name: flow_of(rest, name) for name in SIDED_UNITS}
        self.gains = Gains(portrait, rest)
        self._head = HeadFlow(rest)
        self._moving = self._head.window
        self._moving_front = self._cut(whole.front)
        self._lids = Lids(portrait, rest, whole)
        self._eyeballs = Eyeballs(portrait, self._lids.window)
        self._eyes_there = self._lids.window.within(self._moving)
        columns = np.arange(self._moving_front.shape[1], dtype=np.float32)
        rows = np.arange(self._moving_front.shape[0], dtype=np.float32)
        self._pixels = np.stack(np.meshgrid(columns, rows), axis=2).astype(np.float32)

    def frame(self, pose: Pose) -> Floats:
        """Draw a pose; see ``Rig.frame``."""
        names = {*pose.units, *self._units}
        beyond = {name: pose.units.get(name, 0.0) - self._units.get(name, 0.0) for name in names}
        shown = self._front.copy()
        part = self._moved(replace(pose, units=beyond))
        shown[self._moving.rows, self._moving.columns] = part
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

    def _lit(self, pose: Pose) -> Floats:
        """Return the moving part at rest, with the light and the lids of a pose."""
        gain = self.gains.of(pose, self._moving)
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


def _face_mask(rest: Rest) -> NDArray[np.bool_]:
    """Return the pixels of face and neck, without hair and cloth."""
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
