"""The authors' weight files made into weights of ours: a file of spotting, and one of recognition.

Each file has its own copy of the shared part. Both are kept, since the authors trained recognition
in more ways than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench import MebenchError, Place, UsageError
from mebench.baselines import Trained
from mebench_mean.features.settings import SHARE
from mebench_mean.keeping import named_arrays
from mebench_mean.network import recognition_network, spotting_network
from mebench_mean.released import CLASSES, AuthorWeights, read_weight_file

if TYPE_CHECKING:
    import keras

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
