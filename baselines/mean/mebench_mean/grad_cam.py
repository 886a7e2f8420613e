"""Grad-CAM maps of the shared part's output, laid over the face (Fig. 7).

Selvaraju et al., "Grad-CAM: visual explanations from deep networks via gradient-based
localization" (ICCV 2017). The score is the spotting network's output, or the recognition
network's score of its predicted class before the softmax.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from mebench.runner import Explanation
from mebench_mean.architecture import split_streams
from mebench_mean.backend import gradient
from mebench_mean.fold_models import FoldModels
from mebench_vision.faces import SIDE
from mebench_vision.features.cache import pair_features, video_faces
from mebench_vision.features.regions import SIZE, face_regions

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from mebench.runner import DetectedInterval, Fold, UnseenVideo
    from mebench_mean.options import MeanOptions
    from mebench_vision.features.regions import Region


POOLING = 3
"""Pixels of the input to one of the shared part's output, in each direction."""


def explain(
    fold: Fold, options: MeanOptions, spotted: Sequence[tuple[UnseenVideo, DetectedInterval]]
) -> Iterator[Explanation]:
    """Explain expressions by the pair of frames at their apex, k apart.

    Parameters
    ----------
    fold : Fold
        Its networks are explained; that of recognition where the protocol names emotions.
    options : MeanOptions
        The settings.
    spotted : sequence of (UnseenVideo, DetectedInterval)
        An apex that is not given is the middle.
    """
    networks = FoldModels(fold, options)
    settings = networks.features
    models = {"spotting": networks.spotting.model}
    if fold.protocol.analyses:
        models["recognition"] = networks.recognition.model
    for video, one in spotted:
        faces = video_faces(video, settings, fold.store)
        middle = (one.onset + one.offset) // 2
        apex = min(max(middle if one.apex is None else one.apex, 0), video.n_frames - 1)
        pair = apex, min(apex + settings.k_for(video), video.n_frames - 1)
        [features] = pair_features(video, [pair], settings, fold.store)
        regions = face_regions(faces.landmarks, settings.roi)
        maps = {
            name: map_onto_face(grad_cam_map(model, features), regions)
            for name, model in models.items()
        }
        yield Explanation(video, one.onset, apex, one.offset, faces.crops[apex], maps)


def grad_cam_map(network: keras.Model, features: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return how much each place of the shared part's output speaks for a network's answer.

    Parameters
    ----------
    network : Model
        Of spotting or recognition.
    features : array, shape (42, 42, 3)
        A pair of frames.

    Returns
    -------
    float32, shape (14, 14)
        From 0 to 1; all 0 where nothing speaks for it.
    """
    import keras
    from keras import ops

    shared = keras.Model(network.inputs, network.get_layer("joined").output)
    joined = ops.convert_to_numpy(shared(split_streams(features[None]), training=False))
    hidden = [
        network.get_layer(f"{network.name}_{one}") for one in ("convolution", "pooling", "flat")
    ]
    dense = network.get_layer(f"{network.name}_dense")

    def scores(tensor: Any) -> Any:
        for layer in hidden:
            tensor = layer(tensor)
        return (ops.matmul(tensor, dense.kernel) + dense.bias)[0]

    best = int(np.argmax(ops.convert_to_numpy(scores(ops.convert_to_tensor(joined)))))
    slopes = gradient(lambda tensor: scores(tensor)[best], np.asarray(joined, np.float32))
    found = np.maximum(joined[0] @ slopes[0].mean(axis=(0, 1)), 0)
    most = found.max()
    return np.asarray(found / most if most > 0 else found, np.float32)


def map_onto_face(found: NDArray[np.float32], regions: Iterable[Region]) -> NDArray[np.float32]:
    """Lay a map over the face: each region gets its part of it.

    A part is cut out before it is enlarged, so that the eyes do not bleed into the mouth. Where
    regions overlap, the larger value is shown.

    Parameters
    ----------
    found : float32 array of shape (14, 14)
        Over the networks' input.
    regions : iterable of Region
        Where the parts of that input come from.

    Returns
    -------
    float32 array of shape (128, 128)
        NaN outside the regions.
    """
    assert len(found) * POOLING == SIZE
    face = np.full((SIDE, SIDE), np.nan, np.float32)
    for region in regions:
        rows, columns = (slice(one.start // POOLING, one.stop // POOLING) for one in region.target)
        height, width = (one.stop - one.start for one in region.source)
        part = cv2.resize(found[rows, columns], (width, height), interpolation=cv2.INTER_LINEAR)
        face[region.source] = np.fmax(face[region.source], part)
    return face
