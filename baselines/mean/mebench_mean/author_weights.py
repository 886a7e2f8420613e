"""Read and convert the authors' trained weights: HDF5 files of Keras 2.4, one per fold and task.

The files are read as plain arrays, in a child process; nothing in them is executed or unpickled.
Layer names differ between files, so layers are identified by their order and the shapes of their
weights.

Spotting and recognition files each have their own copy of the shared part; the copies of one fold
are equal. Six of the released files with both heads have a recognition head that was never trained
(CAS(ME)², folds 1, 4, 6, 11 and 13; SAMM Long Videos, fold 19): all its biases are 0, as in a new
network. Such a head is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mebench import Diagnostic, MebenchError, Place, UsageError
from mebench.runner import Trained
from mebench_mean.architecture import (
    FILTERS,
    HEAD_FILTERS,
    POOLED_SIZE,
    STREAMS,
    named_arrays,
    recognition_network,
    spotting_network,
)
from mebench_mean.hdf5_layers import read_layers
from mebench_vision.features.settings import DEFAULT_SHARE

if TYPE_CHECKING:
    import keras


Arrays: TypeAlias = list[NDArray[np.float32]]

_JOINED_CHANNELS = sum(FILTERS)
_DENSE_INPUTS = POOLED_SIZE * POOLED_SIZE * HEAD_FILTERS

CLASSES = {
    5: ("disgust", "happiness", "others", "surprise", "repression"),
    3: ("negative", "positive", "surprise"),
}
"""Classes in the order of the outputs: five for CASME II, three for the other data sets."""

HALF_SECONDS = {5: 34 / 200, 3: 37 / 200}
"""k' of the paper in seconds, by the number of classes: that of CASME II, and that of SAMM Long
Videos for the other data sets. Both have 200 frames per second."""


@dataclass(frozen=True, slots=True)
class AuthorWeights:
    """The weights of one file.

    Attributes
    ----------
    convolutions, normalizations : list of lists of arrays
        Weights of the streams u, v and strain.
    spotting, recognition : list of 4 arrays, or None
        Weights of a head: kernel and bias of the convolution, then of the dense layer. None if the
        file has no such head, or one that was never trained.
    untrained : tuple of str
        The heads that were never trained: ``spotting`` or ``recognition``.
    """

    convolutions: list[Arrays]
    normalizations: list[Arrays]
    spotting: Arrays | None
    recognition: Arrays | None
    untrained: tuple[str, ...] = ()

    @property
    def classes(self) -> int | None:
        """Number of classes; None without a recognition head."""
        return None if self.recognition is None else len(self.recognition[3])

    def has_shared_part_of(self, other: AuthorWeights) -> bool:
        """Return whether the shared parts are equal, as they are in all files of one fold."""
        pairs = zip(
            [*self.convolutions, *self.normalizations],
            [*other.convolutions, *other.normalizations],
            strict=True,
        )
        return all(all(map(np.array_equal, ours, theirs)) for ours, theirs in pairs)

    def load_into(self, network: keras.Model) -> None:
        """Load these weights into a spotting or recognition network.

        Raises
        ------
        MebenchError
            ``weights-lacking`` if the file has no head of this kind and size.
        """
        head = self.spotting if network.name == "spotting" else self.recognition
        if head is None or network.output_shape[-1] != len(head[3]):
            raise MebenchError.of(
                "weights-lacking",
                f"The file has no {network.name} head with {network.output_shape[-1]} outputs.",
                "Pass the file of the right task and data set.",
            )
        for name, convolution, normalization in zip(
            STREAMS, self.convolutions, self.normalizations, strict=True
        ):
            network.get_layer(f"{name}_convolution").set_weights(convolution)
            network.get_layer(f"{name}_normalization").set_weights(normalization)
        network.get_layer(f"{network.name}_convolution").set_weights(head[:2])
        network.get_layer(f"{network.name}_dense").set_weights(head[2:])


def read_weight_file(path: Path) -> AuthorWeights:
    """Read a released weight file.

    Raises
    ------
    MebenchError
        ``weights-unreadable`` if the file is not a weight file of MEAN.
    """
    try:
        layers = read_layers(path)
    except ValueError as error:
        raise _unreadable(path, f"it cannot be read: {error}") from None
    return weights_from_layers(layers, path)


def weights_from_layers(layers: Sequence[Arrays], path: Path) -> AuthorWeights:
    """Assign the arrays of a file's layers to the parts of MEAN; ``weights-unreadable``."""
    head_shape = (5, 5, _JOINED_CHANNELS, HEAD_FILTERS)
    streams = [layer for layer in layers if _kernel_shape(layer)[:3] == (5, 5, 1)]
    normalizations = [layer for layer in layers if len(layer) == 4 and layer[0].ndim == 1]
    convolutions = [layer for layer in layers if _kernel_shape(layer) == head_shape]
    denses = [layer for layer in layers if layer[0].ndim == 2 and len(layer[0]) == _DENSE_INPUTS]
    outputs = [dense[0].shape[1] for dense in denses]
    shapes = [
        [array.shape for array in layer]
        for layer in (*streams, *normalizations, *convolutions, *denses)
    ]
    if (
        not denses
        or len(convolutions) != len(denses)
        or shapes
        != [
            *([(5, 5, 1, filters), (filters,)] for filters in FILTERS),
            *([(filters,)] * 4 for filters in FILTERS),
            *([head_shape, (HEAD_FILTERS,)] for _ in convolutions),
            *([(_DENSE_INPUTS, count), (count,)] for count in outputs),
        ]
    ):
        raise _unreadable(path, "its layers are not those of MEAN")
    heads = {
        "spotting" if count == 1 else "recognition": [*convolution, *dense]
        for convolution, dense, count in zip(convolutions, denses, outputs, strict=True)
    }
    trained = {name: head for name, head in heads.items() if any(bias.any() for bias in head[1::2])}
    return AuthorWeights(
        *(streams, normalizations, trained.get("spotting"), trained.get("recognition")),
        untrained=tuple(name for name in heads if name not in trained),
    )


def _kernel_shape(layer: Arrays) -> tuple[int, ...]:
    return layer[0].shape if len(layer) == 2 else ()


def _unreadable(path: Path, reason: str) -> MebenchError:
    return MebenchError.of(
        "weights-unreadable",
        f"Not a weight file of the authors of MEAN: {reason}.",
        "Use the unchanged .hdf5 files of their repository.",
        Place(file=str(path)),
    )


def read_author_weights(files: Sequence[Path], *, has_half_length: bool) -> Trained:
    """Read the authors' weights: a spotting file, with or without a recognition file.

    One file may hold both heads. Without a recognition head, no emotion is predicted. Videos are
    treated as long videos, in which every peak above the threshold counts.

    Parameters
    ----------
    files : sequence of Path
        The files.
    has_half_length : bool
        Whether the user gives k', which the files do not state.

    Raises
    ------
    MebenchError
        ``weights-unreadable``, ``weights-lacking`` or ``weights-combination``.
    """
    weights = {path: read_weight_file(path) for path in files}
    spotting = [path for path in weights if weights[path].spotting is not None]
    recognition = [path for path in weights if weights[path].recognition is not None]
    if not spotting:
        raise UsageError.of(
            "weights-combination",
            "None of these files has a trained spotting head.",
            "Add a spotting file.",
        )
    if len(spotting) > 1 or len(recognition) > 1:
        raise UsageError.of(
            "weights-combination",
            f"{len(spotting)} of these files have a spotting head and {len(recognition)} have a "
            "recognition head.",
            "Pass one spotting file and one recognition file.",
        )
    models = [spotting_network()]
    weights[spotting[0]].load_into(models[0])
    classes: tuple[str, ...] = ()
    for path in recognition:
        classes = class_names(path, weights[path])
        models.append(recognition_network(len(classes)))
        weights[path].load_into(models[1])
    # A file does not state its data set.
    about: dict[str, Any] = {
        "fps": None,
        "k": None,
        "half": None,
        "half_seconds": HALF_SECONDS[len(classes) or 3],
        "half_length": "published",
        "share": DEFAULT_SHARE,
    }
    warnings = tuple(_warnings(weights, len(classes), has_half_length=has_half_length))
    return Trained(classes, False, named_arrays(models), about, warnings)


def _warnings(
    weights: Mapping[Path, AuthorWeights], classes: int, *, has_half_length: bool
) -> Iterator[Diagnostic]:
    for path, content in weights.items():
        for head in content.untrained:
            yield Diagnostic(
                "weights-untrained",
                "warning",
                f"The {head} head of this file was never trained, so it is not used.",
                "Use the file of another fold, or of this fold without this head.",
                Place(file=str(path)),
            )
    first, *others = weights
    for path in others:
        if not weights[first].has_shared_part_of(weights[path]):
            yield Diagnostic(
                "weights-mixed",
                "warning",
                f"The shared part of this file differs from that of {first}, so they are of "
                "different data sets or folds.",
                "Pass the spotting and the recognition file of the same data set and fold.",
                Place(file=str(path)),
            )
    if classes != len(CLASSES[5]) and not has_half_length:
        yield Diagnostic(
            "half-length-assumed",
            "warning",
            "The files do not state their data set; half the length of an expression is assumed "
            f"to be that of SAMM Long Videos, {HALF_SECONDS[3]:g} s.",
            "For files of another data set, pass it in frames of your video (--half-length): the "
            "paper gives .17 s for SMIC-HS, .16 s for SMIC-VIS and NIR, and .2 s for CAS(ME)².",
        )


def class_names(path: Path, weights: AuthorWeights) -> tuple[str, ...]:
    """Return the classes of a recognition head, in the order of its outputs.

    Raises
    ------
    MebenchError
        ``weights-lacking``.
    """
    count = weights.classes or 0
    if count in CLASSES:
        return CLASSES[count]
    raise MebenchError.of(
        "weights-lacking",
        f"The recognition head has {count} outputs; expected 3 or 5.",
        "Use the unchanged .hdf5 files of the authors' repository.",
        Place(file=str(path)),
    )
