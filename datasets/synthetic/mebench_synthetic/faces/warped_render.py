"""Fast frames of nearby poses: one exact render, warped by flow fields and multiplied by gains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.action_units import SIDED_UNITS
from mebench_synthetic.faces.flow_fields import (
    HeadFlow,
    RestPose,
    flow_of,
    invert_flow,
    sample_moved,
)
from mebench_synthetic.faces.lids import Eyeballs, Lids
from mebench_synthetic.faces.mean_head import mean_head
from mebench_synthetic.faces.portrait import Portrait, Window, under_lids
from mebench_synthetic.faces.pose import Pose
from mebench_synthetic.faces.shading_changes import ShadingGains

Floats = NDArray[np.float32]

_CARRIED = 16
"""Margin in pixels for movement of the head around the field of a unit."""


class WarpedRender:
    """An exact render of a person, from which other poses are warped.

    Parameters
    ----------
    portrait : Portrait
    units : mapping of str to float
        The action units of the rendered pose.

    Attributes
    ----------
    mask : bool, shape (height, width)
        The pixels of face and neck in that pose, without hair and clothes.
    """

    def __init__(self, portrait: Portrait, units: Mapping[str, float]) -> None:
        layers = portrait.layers(Pose(units=units)).shrunk()
        self._units, self._front = units, layers.front
        rest = RestPose(portrait, units)
        self.mask: NDArray[np.bool_] = _face_mask(rest)
        self._flows = {name: flow_of(rest, name) for name in SIDED_UNITS}
        self.gains = ShadingGains(portrait, rest)
        self._head = HeadFlow(rest)
        self._moving = self._head.window
        self._moving_front = self._cut(layers.front)
        self._lids = Lids(portrait, rest, layers)
        self._eyeballs = Eyeballs(portrait, self._lids.window)
        self._eyes_window = self._lids.window.within(self._moving)
        columns = np.arange(self._moving_front.shape[1], dtype=np.float32)
        rows = np.arange(self._moving_front.shape[0], dtype=np.float32)
        self._pixels = np.stack(np.meshgrid(columns, rows), axis=2).astype(np.float32)

    def frame(self, pose: Pose) -> Floats:
        """Draw a pose; see ``Rig.frame``."""
        names = dict.fromkeys([*pose.units, *self._units])
        beyond = {name: pose.units.get(name, 0.0) - self._units.get(name, 0.0) for name in names}
        shown = self._front.copy()
        part = self._render_moving(replace(pose, units=beyond))
        shown[self._moving.rows, self._moving.columns] = part
        return shown

    def _render_moving(self, pose: Pose) -> Floats:
        """Draw the part of the image that moves."""
        target = self._eyes_window
        rows, columns = target.rows, target.columns
        front = self._light_and_lids(pose)
        cover = self._lids.at(pose.blink)[1]
        eyes = self._eyeballs.at(pose.gaze)
        corner = np.array([target.left, target.top], np.float32)
        # Trace each pixel back: first the movement of the head, then of the skin.
        head = self._head.backward_flow(pose)
        source = self._pixels.copy() if head is None else self._pixels - head
        if head is not None:
            # The eyeballs move only with the head, not with the lids.
            eyes = sample_moved(eyes, source[rows, columns] - corner, cv2.INTER_CUBIC)
        skin_moves = self._follow_the_skin(source, pose, still=head is None)
        if head is None and not skin_moves:
            shown = front.copy()
        else:
            cover = sample_moved(cover, source[rows, columns] - corner, cv2.INTER_LINEAR)
            shown = sample_moved(front, source, cv2.INTER_CUBIC)
        shown[rows, columns] += under_lids(cover, eyes)
        return np.clip(shown, 0, 255, out=shown)

    def _follow_the_skin(self, source: Floats, pose: Pose, still: bool) -> bool:
        """Subtract the movement by action units from source positions.

        Parameters
        ----------
        source : float32, shape (height, width, 2)
            Source positions of the pixels of the moving part; modified in place.
        pose : Pose
        still : bool
            Whether the head has not moved.

        Returns
        -------
        bool
            Whether any action unit is active.
        """
        acting = [(self._flows[name], value) for name, value in pose.units.items() if value]
        if not acting:
            return False
        part = self._around([field.window for field, _ in acting])
        rows, columns = part.rows, part.columns
        target = Window(
            part.left + self._moving.left,
            part.top + self._moving.top,
            part.right + self._moving.left,
            part.bottom + self._moving.top,
        )
        flow = np.zeros((part.bottom - part.top, part.right - part.left, 2), np.float32)
        for field, intensity in acting:
            inside, cut = field.window.within(target), target.within(field.window)
            view = flow[inside.rows, inside.columns]
            view += np.float32(intensity) * field.values[cut.rows, cut.columns]
        back = invert_flow(flow, self._pixels[: flow.shape[0], : flow.shape[1]])
        if not still:
            corner = np.array([part.left, part.top], np.float32)
            back = sample_moved(back, source[rows, columns] - corner, cv2.INTER_LINEAR)
        source[rows, columns] -= back
        return True

    def _around(self, windows: list[Window]) -> Window:
        """Return a part of the moving window that contains windows, with a margin for the head."""
        inside = [window.within(self._moving) for window in windows]
        height, width = self._pixels.shape[:2]
        return Window(
            max(min(window.left for window in inside) - _CARRIED, 0),
            max(min(window.top for window in inside) - _CARRIED, 0),
            min(max(window.right for window in inside) + _CARRIED, width),
            min(max(window.bottom for window in inside) + _CARRIED, height),
        )

    def _light_and_lids(self, pose: Pose) -> Floats:
        """Return the moving part at rest with the light and the lids of a pose."""
        gain = self.gains.gain_of(pose, self._moving)
        if gain is None and not pose.blink:
            return self._moving_front
        front = self._moving_front.copy()
        if pose.blink:
            front[self._eyes_window.rows, self._eyes_window.columns] = self._lids.at(pose.blink)[0]
        if gain is not None:
            np.multiply(gain, front, out=gain)
            front += gain
        return front

    def _cut(self, image: Floats) -> Floats:
        """Return the part of an image that moves."""
        return np.ascontiguousarray(image[self._moving.rows, self._moving.columns])


def _face_mask(rest: RestPose) -> NDArray[np.bool_]:
    """Return the pixels of face and neck, without hair and clothes."""
    positions = rest.seen.interpolated(mean_head().vertices)
    face = (positions[:, 1] > -1.2) & (positions[:, 2] > -0.75)
    mask = np.zeros(rest.size, bool)
    mask[rest.seen.rows[face], rest.seen.columns[face]] = True
    return mask & (rest.bald > 0.5)
