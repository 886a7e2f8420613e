"""Frames of a person, fast: one true render at rest, moved by flow, lit by gains."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mebench.datasets.synthetic.faces.fields import Field, HeadFlow, Rest, flow_of
from mebench.datasets.synthetic.faces.landmarks import landmarks
from mebench.datasets.synthetic.faces.lids import Eyeballs, Lids
from mebench.datasets.synthetic.faces.mesh import mean_head
from mebench.datasets.synthetic.faces.portrait import Portrait
from mebench.datasets.synthetic.faces.pose import NEUTRAL, Pose
from mebench.datasets.synthetic.faces.ratios import TURN, Ratios
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
        fine = self.portrait.layers(NEUTRAL)
        whole = fine.shrunk()
        self._front, self._cover = whole.front, whole.cover
        rest = Rest(self.portrait)
        self.mask: NDArray[np.bool_] = self._face_mask(rest)
        self._flows = {name: flow_of(rest, name) for name in SIDED_UNITS}
        ratios = Ratios(self.portrait, rest)
        gains = {name: ratios.of_unit(name) for name in SIDED_UNITS}
        gains["pitch"] = ratios.of_turn(Pose(rotation=(TURN, 0, 0)))
        gains["yaw"] = ratios.of_turn(Pose(rotation=(0, TURN, 0)))
        self._gains = {name: gain for name, gain in gains.items() if gain is not None}
        self._head = HeadFlow(rest)
        self._lids = Lids(self.portrait, rest, whole)
        part = self._lids.window.scaled(2)
        lit = self.portrait.open_to_light(1 - fine.cover)[part.rows, part.columns]
        self._eyeballs = Eyeballs(self.portrait, self._lids.window, lit)
        columns, rows = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
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
        window = self._lids.window
        rows, columns = window.rows, window.columns
        front = self._lit(pose)
        head = self._head.of(pose)
        flow = self._flow(pose, head)
        cover = self._lids.at(pose.blink)[1] if pose.blink else self._cover[rows, columns]
        eyes = self._eyeballs.at(pose.gaze)
        if flow is None:
            shown = front.copy() if front is self._front else front
        else:
            source = self._pixels - self._inverted(flow)
            shown = cv2.remap(front, source, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            corner = np.array([window.left, window.top], np.float32)
            cover = cv2.remap(
                cover,
                source[rows, columns] - corner,
                None,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
        if head is not None:
            # Lids slide over the eyeballs, which move with the head alone.
            ahead = self._pixels[rows, columns] - head[rows, columns]
            ahead -= np.array([window.left, window.top], np.float32)
            eyes = cv2.remap(eyes, ahead, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        shown[rows, columns] += (1 - cover)[:, :, None] * eyes
        return np.clip(shown, 0, 255, out=shown)

    def truth_render(self, pose: Pose) -> Floats:
        """Render a pose in three dimensions, slowly; the same as ``frame`` but exact."""
        return np.clip(self.portrait.picture(pose), 0, 255)

    def landmarks(self, pose: Pose) -> dict[str, tuple[float, float]]:
        """Return where points of the face are seen; see ``landmarks.landmarks``."""
        return landmarks(self.portrait.vertices(pose), self.portrait.camera)

    def _lit(self, pose: Pose) -> Floats:
        """Return the picture at rest with the light and the lids of a pose."""
        pitch, yaw, _ = pose.rotation
        strengths = {**pose.units, "pitch": pitch, "yaw": yaw}
        gain = _summed(self._gains, strengths, self._front.shape)
        if gain is None and not pose.blink:
            return self._front
        front = self._front.copy()
        if pose.blink:
            window = self._lids.window
            front[window.rows, window.columns] = self._lids.at(pose.blink)[0]
        if gain is not None:
            front += front * gain
        return front

    def _flow(self, pose: Pose, head: Floats | None) -> Floats | None:
        """Return how far every pixel moves; shape (height, width, 2)."""
        flow = None if head is None else head.copy()
        for name, intensity in pose.units.items():
            if intensity:
                field = self._flows[name]
                if flow is None:
                    flow = np.zeros_like(self._pixels)
                part = flow[field.window.rows, field.window.columns]
                part += np.float32(intensity) * field.values
        return flow

    def _inverted(self, flow: Floats) -> Floats:
        """Return the flow as seen from where pixels arrive: a few fixed-point steps."""
        strong = max(float(flow.max()), -float(flow.min())) > _STRONG
        back = flow
        for _ in range(3 if strong else 1):
            back = cv2.remap(
                flow,
                self._pixels - back,
                None,
                cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )
        return np.asarray(back, np.float32)

    def _face_mask(self, rest: Rest) -> NDArray[np.bool_]:
        """Return the pixels of face and neck at rest, without hair and cloth."""
        places = rest.seen.interpolated(mean_head().vertices)
        face = (places[:, 1] > -1.2) & (places[:, 2] > -0.75)
        mask = np.zeros(rest.size, bool)
        mask[rest.seen.rows[face], rest.seen.columns[face]] = True
        return mask & (rest.bald > 0.5)


def _summed(
    fields: dict[str, Field], strengths: dict[str, float], shape: tuple[int, ...]
) -> Floats | None:
    """Return the sum of fields times their strengths, None where there is none."""
    total: Floats | None = None
    for name, strength in strengths.items():
        field = fields.get(name)
        if strength and field is not None:
            if total is None:
                total = np.zeros(shape, np.float32)
            part = total[field.window.rows, field.window.columns]
            part += np.float32(strength) * field.values
    return total
