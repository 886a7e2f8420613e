"""Grad-CAM maps of the output of the shared part, mapped onto the face (Fig. 7).

Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based
localization" (ICCV 2017). The score is the spotting network's output, or the recognition
network's score of its predicted class before the softmax.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from mebench import UsageError
from mebench_mean.architecture import split_streams
from mebench_mean.author_folds import fold_models
from mebench_vision.faces import FACE_SIZE
from mebench_vision.features.feature_cache import pair_features, video_faces
from mebench_vision.features.regions import FEATURE_SIZE, face_regions
from mebench_vision.networks.import_keras import keras, ops

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import Fold, UnseenVideo
    from mebench_mean.options import MeanOptions
    from mebench_vision.features.regions import Region


POOLING = 3
"""Input pixels per output pixel of the shared part, in each direction."""


def explain(
    fold: Fold, options: MeanOptions, video: UnseenVideo, apex: int
) -> dict[str, NDArray[Any]]:
    """Explain the pair of frames that starts at an apex.

    Returns
    -------
    dict of str to array of shape (128, 128)
        ``face``, uint8; then the map of each network, float32 from 0 to 1, with NaN outside the
        regions of its features. Recognition is explained only if the protocol has emotions.
    """
    models = fold_models(fold, options)
    settings = models.features
    networks = {"spotting": models.spotting.model}
    if fold.protocol.analyses:
        networks["recognition"] = models.recognition.model
    faces = video_faces(video, settings, fold.store)
    pair = apex, min(apex + settings.k_for(video), video.n_frames - 1)
    [features] = pair_features(video, [pair], settings, fold.store)
    regions = face_regions(faces.landmarks, settings.roi)
    maps = {
        name: map_onto_face(grad_cam_map(network, features), regions)
        for name, network in networks.items()
    }
    return {"face": faces.crops[apex], **maps}


def grad_cam_map(network: keras.Model, features: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return how much each pixel of the output of the shared part supports the prediction.

    Parameters
    ----------
    network : Model
        The spotting or the recognition network.
    features : array, shape (42, 42, 3)
        Features of a pair of frames.

    Returns
    -------
    float32, shape (14, 14)
        From 0 to 1; all 0 if no pixel supports the prediction.
    """
    shared = keras.Model(network.inputs, network.get_layer("joined").output)
    joined = ops.convert_to_numpy(shared(split_streams(features[None]), training=False))
    hidden = [
        network.get_layer(f"{network.name}_{layer}") for layer in ("convolution", "pooling", "flat")
    ]
    dense = network.get_layer(f"{network.name}_dense")

    def scores(tensor: Any) -> Any:
        for layer in hidden:
            tensor = layer(tensor)
        return (ops.matmul(tensor, dense.kernel) + dense.bias)[0]

    best = int(np.argmax(ops.convert_to_numpy(scores(ops.convert_to_tensor(joined)))))
    gradients = gradient(lambda tensor: scores(tensor)[best], np.asarray(joined, np.float32))
    activation = np.maximum(joined[0] @ gradients[0].mean(axis=(0, 1)), 0)
    maximum = activation.max()
    return np.asarray(activation / maximum if maximum > 0 else activation, np.float32)


def gradient(score: Callable[[Any], Any], point: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the gradient of a scalar function of tensors, made of Keras operations, at a point.

    Raises
    ------
    UsageError
        ``backend-without-gradient`` if the Keras backend is neither TensorFlow nor JAX.
    """
    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow as tf

        tensor = tf.constant(point)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            value = score(tensor)
        return np.asarray(tape.gradient(value, tensor), np.float32)
    if name == "jax":
        jax: Any = importlib.import_module("jax")  # optional
        return np.asarray(jax.grad(score)(jax.numpy.asarray(point)), np.float32)
    raise UsageError.of(
        "backend-without-gradient",
        f"Explanations are not implemented for the Keras backend {name}.",
        "Set KERAS_BACKEND to tensorflow or jax.",
    )


def map_onto_face(
    activation: NDArray[np.float32], regions: Iterable[Region]
) -> NDArray[np.float32]:
    """Map the activation of the features back onto the regions of the face.

    A part is cut out before it is enlarged, so that the eyes do not blur into the mouth. Where
    regions overlap, the larger value is used.

    Parameters
    ----------
    activation : float32 array of shape (14, 14)
        From :func:`grad_cam_map`.
    regions : iterable of Region
        Regions of the face that the features come from.

    Returns
    -------
    float32 array of shape (128, 128)
        NaN outside the regions.
    """
    assert len(activation) * POOLING == FEATURE_SIZE
    face = np.full((FACE_SIZE, FACE_SIZE), np.nan, np.float32)
    for region in regions:
        rows, columns = (
            slice(side.start // POOLING, side.stop // POOLING) for side in region.target
        )
        height, width = (side.stop - side.start for side in region.source)
        enlarged = cv2.resize(
            activation[rows, columns], (width, height), interpolation=cv2.INTER_LINEAR
        )
        face[region.source] = np.fmax(face[region.source], enlarged)
    return face
