"""The camera: image size, exposure flicker and noise, drawn per frame number, and compression."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mebench import RandomStream
from mebench_synthetic.recipe import Recipe

if TYPE_CHECKING:
    from mebench.datasets import Image


class ImageSensor:
    """The camera of one video.

    Parameters
    ----------
    recipe : Recipe
        Image size, noise, flicker and compression.
    subject, video : str
        Ids of the video; no two videos have the same noise.
    """

    def __init__(self, recipe: Recipe, subject: str, video: str) -> None:
        stream = RandomStream(recipe.seed, "camera", subject, video)
        self._grain, self._flicker = stream.substream("grain"), stream.substream("flicker")
        self._sigma = recipe.noise / 100
        self._spread = recipe.flicker / 100_000
        self._height, self._quality = recipe.height, recipe.jpeg_quality

    def expose(self, light: NDArray[np.float32], number: int) -> Image:
        """Expose one frame.

        Parameters
        ----------
        light : float32, shape (height, width, 3)
            RGB, 0 to 255; may be modified in place.
        number : int
            The frame number.

        Returns
        -------
        uint8, shape (height of the recipe, width in proportion, 3)
        """
        import cv2

        height, width = light.shape[:2]
        if height > self._height:  # an area of pixels is one pixel of a smaller sensor
            size = round(width * self._height / height), self._height
            light = cv2.resize(light, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
        gain = 1 + self._spread * float(self._flicker.standard_normal(1, part=number)[0])
        light *= np.float32(gain)
        if self._sigma:
            grain = self._grain.random_bytes(light.size, part=number).reshape(1, -1)
            noise = cv2.LUT(grain, _gray_levels(self._sigma)).reshape(light.shape)
            cv2.add(light, noise, light)
        image = cv2.convertScaleAbs(np.maximum(light, 0, out=light)).astype(np.uint8, copy=False)
        return image if self._quality is None else _compressed(image, self._quality)


def _compressed(image: Image, quality: int) -> Image:
    """Return an image after it was written as JPEG and read."""
    import cv2

    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, content = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(content, cv2.IMREAD_COLOR)
    assert decoded is not None, "it was encoded here"
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


@cache
def _gray_levels(sigma: float) -> NDArray[np.float32]:
    """Return a table of 256 normal quantiles with a standard deviation, indexed by random bytes."""
    inverse = NormalDist().inv_cdf
    levels = np.array([inverse((2 * level + 1) / 512) for level in range(256)])
    scaled: NDArray[np.float32] = (sigma * levels / levels.std()).astype(np.float32)
    return scaled.reshape(1, 256)
