"""The networks in plain numpy: slow and simple, without Keras."""

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
    """Return the maximum of each square."""
    height, width, channels = image.shape
    squares = image.reshape(height // size, size, width // size, size, channels)
    pooled: Array = squares.max(axis=(1, 3))
    return pooled


def normalization(image: Array, gamma: Array, beta: Array, mean: Array, variance: Array) -> Array:
    """Normalize with the moving statistics; epsilon 1e-3."""
    return (image - mean) / np.sqrt(variance + 1e-3) * gamma + beta


def outputs(weights: AuthorWeights, features: Array, task: str) -> Array:
    """Return a network's outputs for features of shape (n, 42, 42, 3)."""
    head = weights.spotting if task == "spotting" else weights.recognition
    assert head is not None
    scores = []
    for pair in np.asarray(features, np.float64):
        streams = []
        for index in range(3):
            channel = pair[..., index : index + 1]
            stream = convolution(channel, *map(_double, weights.convolutions[index]))
            stream = normalization(stream, *map(_double, weights.normalizations[index]))
            streams.append(pooling(stream, 3))
        kernel, bias, dense, dense_bias = map(_double, head)
        hidden = pooling(convolution(np.concatenate(streams, axis=2), kernel, bias), 2)
        scores.append(hidden.reshape(-1) @ dense + dense_bias)
    logits = np.array(scores)
    if task == "spotting":
        return logits
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def _double(array: NDArray[np.float32]) -> Array:
    return array.astype(np.float64)
