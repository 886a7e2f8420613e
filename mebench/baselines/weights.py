"""A folder of weights: what a baseline learnt from all subjects, to be used on any video.

``weights.json`` says what they are, ``weights.npz`` holds the numbers.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from mebench.baselines.arrays import from_npz
from mebench.baselines.studies.contract import Trained
from mebench.diagnostics import MebenchError, Place
from mebench.files import to_json_text, write_bytes, write_text
from mebench.records.base import StrictModel

WEIGHTS_FORMAT = "mebench-weights/1"
WEIGHTS_FILE, ARRAYS_FILE = "weights.json", "weights.npz"


class WeightsRecord(StrictModel):
    """What a folder of weights says of itself."""

    format: Literal["mebench-weights/1"] = Field(description="The format and its version.")
    baseline: str = Field(description="The baseline's name.")
    baseline_version: str = Field(description="Its version.")
    package: str = Field(description="The package it comes from, with its version.")
    options: dict[str, Any] = Field(description="Its options, defaults filled in.")
    protocol: str = Field(description="The protocol under which it was trained.")
    datasets: list[str] = Field(description="The data sets it learnt from.")
    subjects: int = Field(description="How many people it learnt from.")
    seed: int = Field(description="The seed of the training.")
    classes: list[str] = Field(description="The emotions, in the order of the outputs.")
    one_per_video: bool = Field(description="Whether only a video's surest interval counts.")
    about: dict[str, Any] = Field(description="What else the baseline needs.")
    arrays: str = Field(description="SHA-256 of weights.npz.")
    mebench: str = Field(description="The version of mebench.")


def write_weights(folder: Path, record: WeightsRecord, arrays: bytes) -> None:
    """Write weights, the record last.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    write_bytes(folder / ARRAYS_FILE, arrays)
    write_text(folder / WEIGHTS_FILE, to_json_text(record.model_dump(mode="json")))


def read_weights(folder: Path) -> tuple[WeightsRecord, Trained]:
    """Read a folder of weights.

    Raises
    ------
    MebenchError
        ``weights-folder`` if it is none, or damaged.
    """
    try:
        record = WeightsRecord.model_validate_json((folder / WEIGHTS_FILE).read_bytes())
        content = (folder / ARRAYS_FILE).read_bytes()
    except OSError as error:
        raise _bad_weights(
            folder, f"{Path(error.filename or folder).name}: {error.strerror}"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or WEIGHTS_FILE
        raise _bad_weights(folder, f"{WEIGHTS_FILE}: {where}: {first['msg']}") from None
    if sha256(content).hexdigest() != record.arrays:
        raise _bad_weights(
            folder, f"{ARRAYS_FILE} is not the file that {WEIGHTS_FILE} was written with"
        )
    try:
        arrays = from_npz(content)
    except ValueError as error:
        raise _bad_weights(folder, f"{ARRAYS_FILE}: {error}") from None
    return record, Trained(tuple(record.classes), record.one_per_video, arrays, record.about)


def _bad_weights(folder: Path, reason: str) -> MebenchError:
    return MebenchError.of(
        "weights-folder",
        f"This is no sound folder of weights: {reason}.",
        "`mebench run-baseline NAME --final` makes one.",
        Place(file=str(folder)),
    )
