"""Learning curves of recognition (Fig. 6): predictions for the test samples after each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mebench.runner import EpochResult
from mebench_mean.emotion_vote import predict_sample
from mebench_mean.fold_models import FoldModels
from mebench_mean.training_data import (
    recognition_training_pairs,
    sample_features,
    sample_training_pairs,
)

if TYPE_CHECKING:
    import keras

    from mebench.runner import Fold
    from mebench_mean.options import MeanOptions
    from mebench_mean.training import Epoch


def lessons(fold: Fold, options: MeanOptions) -> Iterator[EpochResult]:
    """Train recognition on a fold, and say after each epoch how the test samples are named.

    Where intervals are spotted, it is trained twice, ``with transfer`` and ``without transfer``,
    whatever the options say; under a recognition protocol it is ``alone``. The last epoch is the
    network that answers the fold. A protocol without classes gives no lessons.

    Parameters
    ----------
    fold : Fold
        Its test samples may be without apex.
    options : MeanOptions
        The settings.
    """
    networks, protocol = FoldModels(fold, options), fold.protocol
    if not protocol.analyses:
        return
    settings = networks.features
    curves: dict[str, keras.Model | None]
    if protocol.spots:
        learnt = recognition_training_pairs(fold, settings)
        curves = {"with transfer": networks.spotting.model, "without transfer": None}
    else:
        learnt = sample_training_pairs(fold, settings)
        curves = {"alone": None}
    asked = sample_features(fold.test_samples, settings, fold.store)
    for curve, spotting in curves.items():
        told: list[EpochResult] = []

        def after_epoch(epoch: Epoch, curve: str = curve, told: list[EpochResult] = told) -> None:
            from mebench_mean.training import outputs

            shares = outputs(epoch.network, asked)
            sample_predictions = [
                predict_sample(sample, protocol.classes, row)
                for sample, row in zip(fold.test_samples, shares, strict=True)
            ]
            told.append(
                EpochResult(curve, epoch.number, sample_predictions, epoch.loss, epoch.accuracy)
            )

        networks.train_recognition(spotting, *learnt, after_epoch)
        yield from told
