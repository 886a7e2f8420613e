"""Learning curves of recognition (Fig. 6): what the test samples are called after each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mebench.baselines import Lesson
from mebench_mean.learning import named_pairs
from mebench_mean.networks import Networks
from mebench_mean.samples import features_of, given_pairs, naming_of

if TYPE_CHECKING:
    import keras

    from mebench.baselines import Fold
    from mebench_mean.options import MeanOptions
    from mebench_mean.training import Epoch


def lessons(fold: Fold, options: MeanOptions) -> Iterator[Lesson]:
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
    networks, protocol = Networks(fold, options), fold.protocol
    if not protocol.analyses:
        return
    settings = networks.features
    curves: dict[str, keras.Model | None]
    if protocol.spots:
        learnt = named_pairs(fold, settings)
        curves = {"with transfer": networks.spotting.model, "without transfer": None}
    else:
        learnt = given_pairs(fold, settings)
        curves = {"alone": None}
    asked = features_of(fold.test_samples, settings, fold.store)
    for curve, spotting in curves.items():
        told: list[Lesson] = []

        def after_epoch(epoch: Epoch, curve: str = curve, told: list[Lesson] = told) -> None:
            from mebench_mean.training import outputs

            shares = outputs(epoch.network, asked)
            namings = [
                naming_of(sample, protocol.classes, row)
                for sample, row in zip(fold.test_samples, shares, strict=True)
            ]
            told.append(Lesson(curve, epoch.number, namings, epoch.loss, epoch.accuracy))

        networks.train_recognition(spotting, *learnt, after_epoch)
        yield from told
