"""The networks of a fold from the authors' weights: nothing is trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from mebench import MebenchError, Place
from mebench_mean.architecture import recognition_network, spotting_network
from mebench_mean.author_folder import (
    AuthorFolder,
    fold_number,
    refuse_author_weights,
    subjects_of,
)
from mebench_mean.author_weights import AuthorWeights, class_names, read_weight_file
from mebench_mean.cached_network import CachedNetwork
from mebench_mean.expression_length import PUBLISHED_HALF_LENGTHS
from mebench_mean.fold_models import FoldModels

if TYPE_CHECKING:
    import keras

    from mebench.runner import Fold
    from mebench_mean.options import MeanOptions


def fold_models(fold: Fold, options: MeanOptions) -> FoldModels:
    """Return the networks of a fold: trained, or those of the authors if the options name them."""
    return (FoldModels if options.author_weights is None else AuthorModels)(fold, options)


class AuthorModels(FoldModels):
    """The authors' networks that were trained without the test subject of a fold."""

    def __init__(self, fold: Fold, options: MeanOptions) -> None:
        super().__init__(fold, options)
        assert options.author_weights is not None
        self._folder = AuthorFolder(options.author_weights)
        tested = subjects_of(fold.test)
        if len(tested) != 1:
            what = (
                f"the fold {fold.name!r} tests {len(tested)} subjects, but they have one file per"
            )
            refuse_author_weights(options, f"{what} left-out subject")
        self._number = fold_number(tested[0], subjects_of([*fold.training, *fold.test]))

    @cached_property
    def half(self) -> int:
        """k', in frames: that of the options or of the paper, with which the authors trained."""
        published = PUBLISHED_HALF_LENGTHS.get(self._fold.protocol.id.partition("@")[0])
        return published if published and self._options.half_length is None else super().half

    @cached_property
    def spotting(self) -> CachedNetwork:
        """The spotting network without the test subject."""
        return self._network(self._folder.spotting[self._number], spotting_network, ())

    @cached_property
    def recognition(self) -> CachedNetwork:
        """The recognition network without the test subject."""
        classes = self._fold.protocol.classes
        path = self._folder.recognition_file(self._number)
        return self._network(path, lambda: recognition_network(len(classes)), tuple(classes))

    def _network(
        self, path: Path, build: Callable[[], keras.Model], classes: tuple[str, ...]
    ) -> CachedNetwork:
        key = {
            "network": "recognition" if classes else "spotting",
            "author_weights": sha256(path.read_bytes()).hexdigest(),
            "classes": list(classes),
        }

        def load() -> keras.Model:
            network = build()
            weights = read_weight_file(path)
            if classes:
                weights = _with_order(weights, path, classes)
            weights.load_into(network)
            return network

        return CachedNetwork(self._fold.store, key, build, load)


def _with_order(weights: AuthorWeights, path: Path, classes: tuple[str, ...]) -> AuthorWeights:
    """Return weights whose recognition has the classes in another order; ``weights-lacking``."""
    names = class_names(path, weights)
    if set(names) != set(classes):
        raise MebenchError.of(
            "weights-lacking",
            f"The classes of this file are {', '.join(names)}; those of the protocol are "
            f"{', '.join(classes)}.",
            "Pass the folder of the data set of the protocol.",
            Place(file=str(path)),
        )
    assert weights.recognition is not None
    order = [names.index(name) for name in classes]
    *convolution, kernel, bias = weights.recognition
    return replace(weights, recognition=[*convolution, kernel[:, order], bias[order]])
