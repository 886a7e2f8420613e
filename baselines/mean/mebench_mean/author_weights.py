"""The authors' trained weights, Keras 2.4 HDF5 files per fold and task: read and converted.

The files are read as plain arrays; nothing in them is executed or unpickled. Layer names differ
from file to file, so layers are identified by their order and the shapes of their weights.

Spotting and recognition files each have their own copy of the shared part. Both are kept, since
the authors trained recognition in more than one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench import MebenchError, Place, UsageError
from mebench.runner import Trained
from mebench_mean.architecture import (
    FILTERS,
    HEAD_FILTERS,
    POOLED,
    named_arrays,
    recognition_network,
    spotting_network,
)
from mebench_vision.features.settings import SHARE

if TYPE_CHECKING:
    import keras


Arrays: TypeAlias = list[NDArray[np.float32]]

STREAMS = ("u", "v", "strain")
_JOINED = sum(FILTERS)
_DENSE = POOLED * POOLED * HEAD_FILTERS

CLASSES = {
    5: ("disgust", "happiness", "others", "surprise", "repression"),
    3: ("negative", "positive", "surprise"),
}
"""The order of the outputs: CASME II's five classes, the three of the other data sets."""


@dataclass(frozen=True, slots=True)
class AuthorWeights:
    """The weights of one file.

    Attributes
    ----------
    convolutions, normalizations : list of lists of arrays
        Of the streams u, v and strain.
    spotting, recognition : list of 4 arrays, or None
        A head: convolution and its bias, dense layer and its bias.
    """

    convolutions: list[Arrays]
    normalizations: list[Arrays]
    spotting: Arrays | None
    recognition: Arrays | None

    @property
    def classes(self) -> int | None:
        """How many classes are recognised."""
        return None if self.recognition is None else len(self.recognition[3])

    def load_into(self, network: keras.Model) -> None:
        """Load a network, spotting or recognition, with these weights.

        Raises
        ------
        MebenchError
            ``weights-lacking`` if the file has no head of its kind and size.
        """
        kept = self.spotting if network.name == "spotting" else self.recognition
        if kept is None or network.output_shape[-1] != len(kept[3]):
            raise MebenchError.of(
                "weights-lacking",
                f"The file has no {network.name} head with {network.output_shape[-1]} outputs.",
                "Is it the file of another task or data set?",
            )
        for name, convolution, normalization in zip(
            STREAMS, self.convolutions, self.normalizations, strict=True
        ):
            network.get_layer(f"{name}_convolution").set_weights(convolution)
            network.get_layer(f"{name}_normalization").set_weights(normalization)
        network.get_layer(f"{network.name}_convolution").set_weights(kept[:2])
        network.get_layer(f"{network.name}_dense").set_weights(kept[2:])


def read_weight_file(path: Path) -> AuthorWeights:
    """Read a released weight file.

    Raises
    ------
    MebenchError
        ``weights-unreadable`` if it is none.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            layers = _layers(file.get("model_weights", file))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, f"it cannot be read: {error}") from None
    streams = [one for one in layers if _kernel(one)[:3] == (5, 5, 1)]
    normalizations = [one for one in layers if len(one) == 4 and one[0].ndim == 1]
    heads = [one for one in layers if _kernel(one) == (5, 5, _JOINED, HEAD_FILTERS)]
    denses = [one for one in layers if one[0].ndim == 2 and len(one[0]) == _DENSE]
    shapes = [_shapes(one) for one in (*streams, *normalizations, *heads, *denses)]
    if (
        not denses
        or len(heads) != len(denses)
        or shapes
        != [
            *([(5, 5, 1, one), (one,)] for one in FILTERS),
            *([(one,)] * 4 for one in FILTERS),
            *([(5, 5, _JOINED, HEAD_FILTERS), (HEAD_FILTERS,)] for _ in heads),
            *([(_DENSE, one[0].shape[1]), (one[0].shape[1],)] for one in denses),
        ]
    ):
        raise _unreadable(path, "its layers are not those of MEAN")
    found: dict[bool, Arrays] = {}
    for convolution, dense in zip(heads, denses, strict=True):
        found[dense[0].shape[1] == 1] = [*convolution, *dense]
    return AuthorWeights(streams, normalizations, found.get(True), found.get(False))


def _layers(group: Any) -> list[Arrays]:
    """Return the weights of each layer that has some, in the model's order."""
    layers = []
    for name in group.attrs["layer_names"]:
        layer = group[_to_text(name)]
        weights = [_to_text(one) for one in layer.attrs["weight_names"]]
        if weights:
            layers.append([np.asarray(layer[one], np.float32) for one in weights])
    return layers


def _to_text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)


def _kernel(layer: Arrays) -> tuple[int, ...]:
    return layer[0].shape if len(layer) == 2 else ()


def _shapes(layer: Arrays) -> list[tuple[int, ...]]:
    return [one.shape for one in layer]


def _unreadable(path: Path, reason: str) -> MebenchError:
    return MebenchError.of(
        "weights-unreadable",
        f"This is no weight file of the authors' MEAN: {reason}.",
        "Take the .hdf5 files of their repository as they are.",
        Place(file=str(path)),
    )


HALF_SECONDS = {5: 34 / 200, 3: 37 / 200}
"""k' in the paper, by the number of classes: of CASME II and, for the other sets, of SAMMLV. Both
are filmed at 200 frames a second."""


def read_author_weights(files: Sequence[Path]) -> Trained:
    """Read the authors' weights: a spotting file, with or without a recognition file.

    Parameters
    ----------
    files : sequence of Path
        One or two HDF5 files; one file may hold both heads.

    Returns
    -------
    Trained
        Without a recognition head nothing is named. Videos are taken for long ones, in which every
        peak above the threshold counts.

    Raises
    ------
    MebenchError
        ``weights-unreadable``, ``weights-lacking`` or ``weights-combination``.
    """
    found = {path: read_weight_file(path) for path in files}
    spotting = [one for one in found.values() if one.spotting is not None]
    recognition = [path for path, one in found.items() if one.recognition is not None]
    if not spotting:
        raise _combination_error("None of these files has a spotting head.", "Add a spotting file.")
    idle = [one for one in found.values() if one.spotting is None and one.recognition is None]
    if len(spotting) > 1 or len(recognition) > 1 or idle:
        raise _combination_error(
            f"Of these files {len(spotting)} have a spotting head and {len(recognition)} one of "
            "recognition.",
            "Give one spotting file, and one of recognition.",
        )
    models = [_with_weights(spotting_network(), spotting[0])]
    classes: tuple[str, ...] = ()
    for path in recognition:
        classes = _class_names(path, found[path])
        models.append(_with_weights(recognition_network(len(classes)), found[path]))
    # Files of spotting alone do not tell which data set they are of.
    seconds = HALF_SECONDS[len(classes) or 3]
    about: dict[str, Any] = {"half_seconds": seconds, "share": SHARE}
    return Trained(
        classes,
        False,
        named_arrays(models),
        {"fps": None, "k": None, "half": None, **about},
    )


def _class_names(path: Path, weights: AuthorWeights) -> tuple[str, ...]:
    count = weights.classes or 0
    if count in CLASSES:
        return CLASSES[count]
    raise MebenchError.of(
        "weights-lacking",
        f"The recognition head has {count} outputs, of which it is not known what they mean.",
        "The authors' files have three or five.",
        Place(file=str(path)),
    )


def _with_weights(network: keras.Model, weights: AuthorWeights) -> keras.Model:
    weights.load_into(network)
    return network


def _combination_error(message: str, remedy: str) -> UsageError:
    return UsageError.of("weights-combination", message, remedy)
