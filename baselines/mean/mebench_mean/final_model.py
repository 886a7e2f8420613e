"""The final model: trained on all subjects, saved as arrays of weights, applied to any video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mebench import UsageError
from mebench.runner import Trained
from mebench_mean.architecture import (
    load_arrays,
    named_arrays,
    recognition_network,
    spotting_network,
    weight_arrays,
)
from mebench_mean.expression_length import about, video_half_length, weights_unfit
from mebench_mean.fold_models import FoldModels
from mebench_mean.postprocessing import predict_video
from mebench_mean.training import outputs
from mebench_vision.features.cache import video_features

if TYPE_CHECKING:
    import keras

    from mebench.runner import Fold, ProgressCallback, Store, UnseenVideo, VideoPrediction
    from mebench_mean.options import MeanOptions


def train(fold: Fold, options: MeanOptions) -> Trained:
    """Train on all training videos of a fold, as for its answers.

    Raises
    ------
    UsageError
        ``training-spots-nothing`` under a recognition protocol.
    """
    protocol = fold.protocol
    if not protocol.spots:
        raise UsageError.of(
            "training-spots-nothing",
            f"Under {protocol.id} intervals are given, and nothing is learnt that finds them.",
            "Take a protocol that spots.",
        )
    networks = FoldModels(fold, options)
    models = [networks.spotting.model]
    if protocol.analyses:
        models.append(networks.recognition.model)
    return Trained(
        tuple(protocol.classes) if protocol.analyses else (),
        protocol.one_per_video,
        named_arrays(models),
        about(fold, options, networks.half),
    )


class FinalModel:
    """Trained networks, ready for videos.

    Parameters
    ----------
    trained : Trained
        From :func:`train`, or the authors' files.
    options : MeanOptions
        The settings.

    Raises
    ------
    MebenchError
        ``weights-unfit`` if arrays are missing, or not of the right shape.
    """

    def __init__(self, trained: Trained, options: MeanOptions) -> None:
        self.trained, self._options = trained, options
        self._spotting = self._filled(spotting_network())
        self._recognition = (
            self._filled(recognition_network(len(trained.classes))) if trained.classes else None
        )

    def _filled(self, network: keras.Model) -> keras.Model:
        wanted = {name: array.shape for name, array in weight_arrays(network).items()}
        found = {}
        for name, shape in wanted.items():
            array = self.trained.arrays.get(f"{network.name}/{name}")
            if array is None:
                raise weights_unfit(f"They lack {network.name}/{name}.")
            if array.shape == shape and array.dtype.kind == "f":
                with np.errstate(over="ignore"):
                    found[name] = np.asarray(array, np.float32)
            if name not in found or not np.isfinite(found[name]).all():
                raise weights_unfit(
                    f"{network.name}/{name} is not an array of finite numbers of shape {shape}."
                )
        load_arrays(network, found)
        return network

    def predict_video(
        self, video: UnseenVideo, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Answer a video; its features are kept, what the networks say of them is not.

        Raises
        ------
        MebenchError
            ``frame-rate-missing``, or what finding the face raises.
        """
        half = video_half_length(video, self.trained.about, self._options)
        features = video_features(video, self._options.features(), store, report)["features"]
        emotions = None if self._recognition is None else outputs(self._recognition, features)
        return predict_video(
            video,
            outputs(self._spotting, features)[:, 0],
            half,
            self._options,
            emotions,
            classes=self.trained.classes,
            one_per_video=self.trained.one_per_video,
        )
