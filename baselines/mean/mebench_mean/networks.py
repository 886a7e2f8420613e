"""The networks of a fold: what each learns from, how, and the key under which it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mebench_mean.kept import KeptNetwork
from mebench_mean.labels import half_length
from mebench_mean.learning import lengths, micro, named_pairs, onset_to_apex, spotting_sample
from mebench_mean.prepared import of_video

if TYPE_CHECKING:
    import keras
    import numpy as np
    from numpy.typing import NDArray

    from mebench.baselines import AnnotatedSample, Expression, Fold, UnseenVideo
    from mebench_mean.options import MeanOptions
    from mebench_mean.training import Schedule

SEED_LIMIT = 2**31 - 1
SPOTTING_SHARE = 0.6
"""Of a fold's time, for the progress bar."""


class Networks:
    """The spotting network and the recognition network of a fold.

    Parameters
    ----------
    fold : Fold
        Its training videos, its seed and its store.
    options : MeanOptions
        The settings.
    """

    def __init__(self, fold: Fold, options: MeanOptions) -> None:
        self._fold, self._options = fold, options
        self.features = options.features()

    @cached_property
    def half(self) -> int:
        """k', in frames."""
        return self._options.half_length or half_length(lengths(self._fold.training))

    def curve(self, video: UnseenVideo) -> NDArray[np.float32]:
        """Return the spotting network's output for each pair of frames of a video."""
        return self._of_video(self.spotting, video)[:, 0]

    def emotions(self, video: UnseenVideo) -> NDArray[np.float32]:
        """Return the probability of each class for each pair of frames of a video."""
        return self._of_video(self.recognition, video)

    def _of_video(self, network: KeptNetwork, video: UnseenVideo) -> NDArray[np.float32]:
        return network.outputs(
            self.features.key(video),
            lambda: of_video(video, self.features, self._fold.store)["features"],
        )

    @cached_property
    def spotting(self) -> KeptNetwork:
        """The first step: how likely a pair of frames belongs to a micro-expression."""
        from mebench_mean.network import spotting_network

        fold, options = self._fold, self._options
        key = {
            "network": "spotting",
            "seed": fold.seed,
            "schedule": self._schedule(options.spotting_epochs).as_list(),
            "half": self.half,
            "negatives": options.negatives,
            "training": [
                [self.features.key(video), [_ends(one) for one in micro(video)]]
                for video in fold.training
            ],
        }
        return KeptNetwork(fold.store, key, spotting_network, self._train_spotting)

    @cached_property
    def recognition(self) -> KeptNetwork:
        """The second step: which class a pair of frames shows."""
        transfer = self._options.transfer
        key = {
            "training": [
                [self.features.key(video), [[*onset_to_apex(one), one.emotion] for one in known]]
                for video in self._fold.training
                if (known := [one for one in micro(video) if one.emotion is not None])
            ],
            "on": self.spotting.key if transfer else None,
        }

        def train() -> keras.Model:
            spotting = self.spotting.model if transfer else None
            return self.train_recognition(spotting, *named_pairs(self._fold, self.features))

        return self._kept_recognition(key, train)

    def recognition_alone(self, samples: Sequence[AnnotatedSample], pairs: Any) -> KeptNetwork:
        """Return the network of a recognition protocol, which learns from given samples.

        Parameters
        ----------
        samples : sequence of AnnotatedSample
            With their emotions.
        pairs : callable
            Gives the features of samples, shape (n, 42, 42, 3).
        """
        import numpy as np

        places = {name: place for place, name in enumerate(self._fold.protocol.classes)}
        key = {
            "training": [
                [self.features.key_of_face(one.video), one.onset, one.apex, one.offset, one.emotion]
                for one in samples
            ]
        }
        classes = [places[one.emotion] for one in samples]
        return self._kept_recognition(
            key, lambda: self.train_recognition(None, pairs(samples), np.array(classes, np.int64))
        )

    def _kept_recognition(self, key: dict[str, Any], train: Any) -> KeptNetwork:
        from mebench_mean.network import recognition_network

        fold, options = self._fold, self._options
        common = {
            "network": "recognition",
            "seed": fold.seed,
            "schedule": self._schedule(options.recognition_epochs).as_list(),
            "classes": list(fold.protocol.classes),
        }
        return KeptNetwork(
            fold.store, common | key, lambda: recognition_network(len(fold.protocol.classes)), train
        )

    def _train_spotting(self) -> keras.Model:
        from mebench_mean.training import begin, train_spotting

        fold, options = self._fold, self._options
        begin(fold.seed)
        return train_spotting(
            *spotting_sample(fold, self.features, self.half, options.negatives or 1),
            self._schedule(options.spotting_epochs),
            lambda share: fold.report(SPOTTING_SHARE * share, "spotting"),
        )

    def train_recognition(
        self, spotting: keras.Model | None, pairs: NDArray[Any], classes: NDArray[np.int64]
    ) -> keras.Model:
        """Train the second step, on the frozen part of the first or alone."""
        from mebench_mean.training import begin, train_recognition

        fold = self._fold
        # A seed of its own: whether the first step was trained just now or kept changes nothing.
        begin(fold.draws("recognition").between(0, SEED_LIMIT))
        return train_recognition(
            spotting,
            pairs,
            classes,
            len(fold.protocol.classes),
            self._schedule(self._options.recognition_epochs),
            lambda share: fold.report(SPOTTING_SHARE + (1 - SPOTTING_SHARE) * share, "recognition"),
        )

    def _schedule(self, epochs: int | None) -> Schedule:
        from mebench_mean.training import Schedule

        return Schedule(epochs or 1, self._options.batch, self._options.learning_rate)


def _ends(one: Expression) -> list[int]:
    return [one.onset, one.offset]
