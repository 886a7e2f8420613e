"""The networks written out in plain numpy: slow, obvious, and without Keras."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mebench_mean.author_weights import AuthorWeights

Array = NDArray[np.float64]


def convolution(image: Array, kernel: Array, bias: Array) -> Array:
    """Correlate an image (height, width, in) with a kernel (5, 5, in, out), zero-padded."""
    height, width, _ = image.shape
    padded = np.pad(image, ((2, 2), (2, 2), (0, 0)))
    out = np.zeros((height, width, kernel.shape[3])) + bias
    for row in range(5):
        for column in range(5):
            out += padded[row : row + height, column : column + width] @ kernel[row, column]
    return np.maximum(out, 0)


def pooling(image: Array, size: int) -> Array:
    """Take the maximum of each square."""
    height, width, channels = image.shape
    squares = image.reshape(height // size, size, width // size, size, channels)
    pooled: Array = squares.max(axis=(1, 3))
    return pooled


def normalization(image: Array, gamma: Array, beta: Array, mean: Array, variance: Array) -> Array:
    """Normalise with the moving statistics; epsilon 1e-3."""
    return (image - mean) / np.sqrt(variance + 1e-3) * gamma + beta


def outputs(weights: AuthorWeights, features: Array, task: str) -> Array:
    """Return a network's outputs for features of shape (n, 42, 42, 3)."""
    head = weights.spotting if task == "spotting" else weights.recognition
    assert head is not None
    found = []
    for pair in np.asarray(features, np.float64):
        streams = []
        for at in range(3):
            stream = convolution(pair[..., at : at + 1], *map(_double, weights.convolutions[at]))
            stream = normalization(stream, *map(_double, weights.normalizations[at]))
            streams.append(pooling(stream, 3))
        kernel, bias, dense, dense_bias = map(_double, head)
        hidden = pooling(convolution(np.concatenate(streams, axis=2), kernel, bias), 2)
        found.append(hidden.reshape(-1) @ dense + dense_bias)
    scores = np.array(found)
    if task == "spotting":
        return scores
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _double(array: NDArray[np.float32]) -> Array:
    return array.astype(np.float64)
