"""Flow fields: how each pixel of the image at rest moves, per action unit and with the head.

Also inversion of such fields, and sampling of an image at moved positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench_synthetic.faces.action_units import displacement
from mebench_synthetic.faces.mean_head import LEFT_EYE, RIGHT_EYE, mean_head
from mebench_synthetic.faces.portrait import Portrait, Window
from mebench_synthetic.faces.pose import Pose, head_share, move_with_head
from mebench_synthetic.faces.raster import Fragments, fragments_of, triangle_image

Floats = NDArray[np.float32]

_STRONG = 4.0
"""Movement in pixels above which more steps are needed to invert a field."""


def sample_moved(image: Floats, positions: Floats, interpolation: int) -> Floats:
    """Sample an image at positions; beyond its border, use the border pixels.

    Parameters
    ----------
    image : float32, shape (height, width[, channels])
    places : float32, shape (rows, columns, 2)
        Pixels right and down.
    interpolation : int
        OpenCV's ``INTER_LINEAR`` or ``INTER_CUBIC``.

    Returns
    -------
    float32, shape (rows, columns[, channels])
    """
    # Both coordinates are in one map, so the second is None. OpenCV's stubs do not allow that, but
    # OpenCV 5.0 gives wrong results for an empty array.
    sampled = cv2.remap(  # type: ignore[call-overload]
        image, positions, None, interpolation, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(sampled, np.float32)


def invert_flow(flow: Floats, pixels: Floats) -> Floats:
    """Return the backward field of a forward flow field, with a few fixed-point steps.

    Parameters
    ----------
    flow : float32, shape (height, width, 2)
        Movement of each pixel right and down, in pixels.
    pixels : float32, shape (height, width, 2)
        The positions of the pixels.

    Returns
    -------
    float32, shape (height, width, 2)
        Movement of what arrives at each pixel.
    """
    strong = max(float(flow.max()), -float(flow.min())) > _STRONG
    back = flow
    for _ in range(3 if strong else 1):
        back = sample_moved(flow, pixels - back, cv2.INTER_LINEAR)
    return back


COARSE = 4
"""Distance in pixels between the points at which the movement of the head is computed."""
_STILL = 0.05  # share of the head's movement that counts as none
_RIM = 10  # margin of a field around the moving pixels


@dataclass(frozen=True)
class Field:
    """A displacement or a gain in a part of the image.

    Attributes
    ----------
    window : Window
        The part.
    values : float32, shape (height, width, channels)
        Pixels right and down, or the relative change of each color channel.
    """

    window: Window
    values: Floats


class RestPose:
    """The body in the pose from which other poses are warped, at the size of the image.

    Parameters
    ----------
    portrait : Portrait
    units : mapping of str to float
        The action units of that pose.

    Attributes
    ----------
    points : float32, shape (vertices, 2)
        Pixel positions of the vertices.
    seen : Fragments
        The pixels of the body, without the eyeballs.
    """

    def __init__(self, portrait: Portrait, units: Mapping[str, float]) -> None:
        self.camera, self.units = portrait.camera, units
        self.vertices = portrait.vertices(Pose(units=units))
        head = mean_head()
        self.size = self.camera.height, self.camera.width
        self.points = self.camera.project(self.vertices)
        seen_at = triangle_image(self.points, self.vertices[:, 2], head.triangles, self.size)
        seen = fragments_of(seen_at, self.points, head.triangles)
        body = np.isin(head.parts[seen.triangles], (LEFT_EYE, RIGHT_EYE), invert=True)
        self.seen: Fragments = seen.where(body)
        self.solid = np.zeros(self.size, np.float32)
        self.solid[self.seen.rows, self.seen.columns] = 1
        self.bald = (1 - portrait.hair_cover()).astype(np.float32)

    def window_of(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Window:
        """Return the part of the image around pixels, with a margin."""
        return Window(
            max(int(columns.min()) - _RIM, 0),
            max(int(rows.min()) - _RIM, 0),
            min(int(columns.max()) + _RIM + 1, self.size[1]),
            min(int(rows.max()) + _RIM + 1, self.size[0]),
        )

    def filled(self, window: Window, values: Floats, solid: Floats) -> Floats:
        """Extrapolate values to pixels without body: around it and between the lids."""
        known = solid[window.rows, window.columns]
        total = cv2.GaussianBlur(values * known[:, :, None], (0, 0), 3.0)
        share = cv2.GaussianBlur(known, (0, 0), 3.0)
        nearby = total / np.maximum(share, np.float32(0.02))[:, :, None]
        inside = known[:, :, None] > 0.5
        joined = np.where(inside, values, nearby).astype(np.float32)
        return np.asarray(cv2.GaussianBlur(joined, (0, 0), 0.8), np.float32)


def flow_of(rest: RestPose, name: str) -> Field:
    """Return the flow field of one side of an action unit at intensity 1."""
    shift = displacement(name)
    flow = rest.camera.project(rest.vertices + shift) - rest.points
    active = np.abs(flow).max(axis=1) > 0.02
    seen = rest.seen.where(active[rest.seen.corners].any(axis=1))
    window = rest.window_of(seen.rows, seen.columns)
    values = np.zeros((*rest.size, 2), np.float32)
    values[seen.rows, seen.columns] = seen.interpolated(flow.astype(np.float32))
    part = rest.filled(window, values[window.rows, window.columns], rest.solid)
    # Hair in front of the skin does not move.
    return Field(window, part * rest.bald[window.rows, window.columns, None])


class HeadFlow:
    """The movement of the head, computed in three dimensions at a coarse grid of points.

    Parameters
    ----------
    rest : RestPose
    """

    def __init__(self, rest: RestPose) -> None:
        self._camera = rest.camera
        height, width = rest.size
        known = rest.solid.copy()
        depth = np.zeros(rest.size, np.float32)
        depths = rest.seen.interpolated(np.column_stack([rest.vertices[:, 2]]))
        depth[rest.seen.rows, rest.seen.columns] = depths[:, 0]
        # Hair beside the head is about as far away as the ears.
        hair = (rest.bald < 0.5) & (known < 0.5)
        depth[hair], known[hair] = -0.7, 1
        size = (width // COARSE, height // COARSE)
        share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
        total = cv2.resize(depth * known, size, interpolation=cv2.INTER_AREA)
        nearby = cv2.GaussianBlur(total, (0, 0), 1.5), cv2.GaussianBlur(share, (0, 0), 1.5)
        far = cv2.GaussianBlur(total, (0, 0), 8.0), cv2.GaussianBlur(share, (0, 0), 8.0)
        weight_of_nearby = np.clip(nearby[1] * 2, 0, 1)
        near = total / np.maximum(share, np.float32(1e-3))
        around = far[0] / np.maximum(far[1], np.float32(1e-3))
        inside = share > 0.3
        close = nearby[0] / np.maximum(nearby[1], np.float32(1e-3))
        outside = close * weight_of_nearby + around * (1 - weight_of_nearby)
        z = np.where(inside, near, outside).astype(np.float32)
        columns = (np.arange(size[0], dtype=np.float32) + 0.5) * COARSE - 0.5
        rows = (np.arange(size[1], dtype=np.float32) + 0.5) * COARSE - 0.5
        self._pixels = np.stack(np.meshgrid(columns, rows), axis=2).astype(np.float32)
        scale = (np.float32(self._camera.distance) - z) / np.float32(self._camera.focal)
        x = (self._pixels[:, :, 0] - np.float32(width / 2 - 0.5)) * scale
        y = (np.float32(height / 2 - 0.5) - self._pixels[:, :, 1]) * scale
        points = np.stack([x, y - np.float32(self._camera.rise), z], axis=2)
        self._points = points.astype(np.float32)
        # The wall does not move: movement fades out beyond the outline of the head and its hair.
        solid = np.where(share > 0.3, head_share(self._points)[:, :, 0], 0).astype(np.float32)
        spread = cv2.GaussianBlur(cv2.dilate(solid, np.ones((5, 5), np.uint8)), (0, 0), 2.5)
        share_of_movement = np.where(share > 0.3, solid, spread)[:, :, None]
        self._share = np.clip((share_of_movement - _STILL) / (1 - _STILL), 0, 1).astype(np.float32)
        self.window = self._crop_to_moving_part()

    def _crop_to_moving_part(self) -> Window:
        """Crop the grid to the part that moves, and return its window."""
        rows, columns = np.nonzero(self._share[:, :, 0] > 0)
        top, left = max(int(rows.min()) - 3, 0), max(int(columns.min()) - 3, 0)
        bottom, right = int(rows.max()) + 4, int(columns.max()) + 4
        moving_part = slice(top, bottom), slice(left, right)
        self._points, self._share = self._points[moving_part], self._share[moving_part]
        self._pixels = self._pixels[moving_part]
        height, width = self._share.shape[:2]
        edges = left, top, left + width, top + height
        return Window(*(edge * COARSE for edge in edges))

    def backward_flow(self, pose: Pose) -> Floats | None:
        """Return the backward flow of the window for a pose, or None if the head does not move.

        Returns
        -------
        float32, shape (height, width, 2), or None
            Pixels right and down.
        """
        if not any(pose.rotation) and not any(pose.translation):
            return None
        projected = self._camera.project(move_with_head(self._points, self._share, pose))
        height, width = self._share.shape[:2]
        size = (width * COARSE, height * COARSE)
        steps = (projected - self._pixels) / np.float32(COARSE)
        origin = (self._pixels - self._pixels[0, 0]) / np.float32(COARSE)
        backward = invert_flow(steps, origin) * np.float32(COARSE)
        flow = cv2.resize(backward, size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(flow, np.float32)
