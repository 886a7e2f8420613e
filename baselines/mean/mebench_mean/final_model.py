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
from mebench_mean.author_folder import refuse_author_weights
from mebench_mean.expression_length import about, video_half_length, weights_unfit
from mebench_mean.fold_models import FoldModels
from mebench_mean.postprocessing import predict_video
from mebench_mean.training import outputs
from mebench_vision.features.feature_cache import video_features

if TYPE_CHECKING:
    import keras

    from mebench.runner import Fold, ProgressCallback, Store, UnseenVideo, VideoPrediction
    from mebench_mean.options import MeanOptions


def train(fold: Fold, options: MeanOptions) -> Trained:
    """Train on all training videos of a fold, in the same way as for its predictions.

    Raises
    ------
    UsageError
        ``training-spots-nothing`` under a recognition protocol.
    """
    protocol = fold.protocol
    if not protocol.spots:
        raise UsageError.of(
            "training-spots-nothing",
            f"The protocol {protocol.id} gives the intervals, so no network learns to spot them.",
            "Choose a protocol that spots.",
        )
    fold_models = FoldModels(fold, options)
    models = [fold_models.spotting.model]
    if protocol.analyses:
        models.append(fold_models.recognition.model)
    return Trained(
        tuple(protocol.classes) if protocol.analyses else (),
        protocol.one_per_video,
        named_arrays(models),
        about(fold, options, fold_models.half),
    )


class FinalModel:
    """Trained networks that predict videos.

    Parameters
    ----------
    trained : Trained
        From :func:`train`, or the authors' files.
    options : MeanOptions
        The options.

    Raises
    ------
    MebenchError
        ``weights-unfit`` if arrays are missing, or have the wrong shape.
    """

    def __init__(self, trained: Trained, options: MeanOptions) -> None:
        refuse_author_weights(options, "here the weights are those of --weights")
        self.trained, self._options = trained, options
        self._spotting = self._with_weights(spotting_network())
        self._recognition: keras.Model | None = None
        if trained.classes:
            self._recognition = self._with_weights(recognition_network(len(trained.classes)))

    def _with_weights(self, network: keras.Model) -> keras.Model:
        weights = {}
        for name, initial in weight_arrays(network).items():
            array = self.trained.arrays.get(f"{network.name}/{name}")
            if array is None:
                raise weights_unfit(f"The weights have no array {network.name}/{name}.")
            if array.shape == initial.shape and array.dtype.kind == "f":
                with np.errstate(over="ignore"):
                    weights[name] = np.asarray(array, np.float32)
            if name not in weights or not np.isfinite(weights[name]).all():
                raise weights_unfit(
                    f"{network.name}/{name} is not an array of finite numbers of shape "
                    f"{initial.shape}."
                )
        load_arrays(network, weights)
        return network

    def predict_video(
        self, video: UnseenVideo, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Predict a video; its features are stored, the outputs of the networks are not.

        Raises
        ------
        MebenchError
            ``frame-rate-missing``, or an error of finding the face.
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
