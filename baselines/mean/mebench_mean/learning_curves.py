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


def learning_curves(fold: Fold, options: MeanOptions) -> Iterator[EpochResult]:
    """Train recognition on a fold, and predict the test samples after each epoch.

    If the protocol spots, recognition is trained twice, ``with transfer`` and ``without transfer``,
    regardless of the options; for a recognition protocol it is trained ``alone``. The last epoch is
    the network that predicts the fold. A protocol without classes yields nothing.

    Parameters
    ----------
    fold : Fold
        The fold; its test samples may have no apex.
    options : MeanOptions
        The options.
    """
    fold_models, protocol = FoldModels(fold, options), fold.protocol
    if not protocol.analyses:
        return
    settings = fold_models.features
    curves: dict[str, keras.Model | None]
    if protocol.spots:
        training_pairs = recognition_training_pairs(fold, settings)
        curves = {"with transfer": fold_models.spotting.model, "without transfer": None}
    else:
        training_pairs = sample_training_pairs(fold, settings)
        curves = {"alone": None}
    test_features = sample_features(fold.test_samples, settings, fold.store)
    for curve, spotting in curves.items():
        results: list[EpochResult] = []

        def after_epoch(
            epoch: Epoch, curve: str = curve, results: list[EpochResult] = results
        ) -> None:
            from mebench_mean.training import outputs

            probabilities = outputs(epoch.network, test_features)
            sample_predictions = [
                predict_sample(sample, protocol.classes, row)
                for sample, row in zip(fold.test_samples, probabilities, strict=True)
            ]
            results.append(
                EpochResult(curve, epoch.number, sample_predictions, epoch.loss, epoch.accuracy)
            )

        fold_models.train_recognition(spotting, *training_pairs, after_epoch)
        yield from results
