"""Blinks and gaze: lids as rendered keyframes, with the eyeballs drawn below them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.action_units import lids_closing
from mebench_synthetic.faces.eyes import Eyes
from mebench_synthetic.faces.flow_fields import RestPose
from mebench_synthetic.faces.light import encode_for_display
from mebench_synthetic.faces.mean_head import LEFT_EYE, RIGHT_EYE, mean_head, unit_vectors
from mebench_synthetic.faces.portrait import FINE, Layers, Portrait, Window, through_lens
from mebench_synthetic.faces.pose import NEUTRAL, Pose
from mebench_synthetic.faces.raster import fragments_of, triangle_image

Floats = NDArray[np.float32]

KEYS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Closing of the lids in each keyframe, 0 to 1."""


class Lids:
    """The front layer of the image around the eyes while they close.

    Parameters
    ----------
    portrait : Portrait
    rest : RestPose
    layers_at_rest : Layers
        The image at rest, at its final size.
    """

    def __init__(self, portrait: Portrait, rest: RestPose, layers_at_rest: Layers) -> None:
        flow = rest.camera.project(rest.vertices + lids_closing()) - rest.points
        active = (np.abs(flow).max(axis=1) > 0.05)[rest.seen.corners].any(axis=1)
        self.window = rest.window_of(rest.seen.rows[active], rest.seen.columns[active])
        rows, columns = self.window.rows, self.window.columns
        self._front = [layers_at_rest.front[rows, columns]]
        self._cover = [layers_at_rest.cover[rows, columns]]
        for key in KEYS[1:]:
            layers_at_key = portrait.layers(Pose(units=rest.units, blink=key), self.window).shrunk()
            self._front.append(layers_at_key.front)
            self._cover.append(layers_at_key.cover)

    def at(self, blink: float) -> tuple[Floats, Floats]:
        """Return front and cover of the window; see ``Layers``."""
        key_position = min(max(blink, 0.0), 1.0) * (len(KEYS) - 1)
        first = min(int(key_position), len(KEYS) - 2)
        share = np.float32(key_position - first)
        if not share:
            return self._front[first], self._cover[first]
        front, cover = (
            part[first] + share * (part[first + 1] - part[first])
            for part in (self._front, self._cover)
        )
        return front, cover


class Eyeballs:
    """The eyeballs without lids, for any gaze.

    Parameters
    ----------
    portrait : Portrait
    window : Window
        The part of the image that contains both.
    """

    def __init__(self, portrait: Portrait, window: Window) -> None:
        self._eyes: Eyes = portrait.eyes
        part = window.scaled(FINE)
        head = mean_head()
        camera = portrait.camera.scaled(FINE)
        points = camera.project(portrait.rest) - np.array([part.left, part.top], np.float32)
        self._size = part.bottom - part.top, part.right - part.left
        # Render only the visible part of the eyeballs at rest, plus a margin for wide eyes.
        whole = triangle_image(points, portrait.rest[:, 2], head.triangles, self._size)
        eye_seen = np.isin(head.parts[whole], (LEFT_EYE, RIGHT_EYE)) & (whole >= 0)
        shown = cv2.dilate(eye_seen.astype(np.uint8), np.ones((19, 11), np.uint8)) > 0
        directions, rows, columns = [], [], []
        for eye in (LEFT_EYE, RIGHT_EYE):
            triangles = head.triangles[head.parts == eye]
            seen_at = triangle_image(points, portrait.rest[:, 2], triangles, self._size)
            seen_at[~shown] = -1
            seen = fragments_of(seen_at, points, triangles)
            corners = head.vertices[head.corners_of(eye)]
            middle = (corners.max(axis=0) + corners.min(axis=0)) / 2
            directions.append(unit_vectors(seen.interpolated(head.vertices) - middle))
            rows.append(seen.rows)
            columns.append(seen.columns)
        self._directions = np.concatenate(directions)
        self._rows, self._columns = np.concatenate(rows), np.concatenate(columns)
        self._gaze = NEUTRAL.gaze
        self._shown = self._rendered(NEUTRAL.gaze)

    def at(self, gaze: tuple[float, float]) -> Floats:
        """Return the eyeballs of a gaze; shape (height, width, 3), 0 to 255."""
        if gaze != self._gaze:
            self._gaze, self._shown = gaze, self._rendered(gaze)
        return self._shown

    def _rendered(self, gaze: tuple[float, float]) -> Floats:
        image = np.zeros((*self._size, 3), np.float32)
        lit = self._eyes.shade(self._directions, gaze)
        image[self._rows, self._columns] = encode_for_display(lit)
        return through_lens(image)
