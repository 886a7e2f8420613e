"""Final weights: trained once on all subjects, kept in a folder, read again to predict any video.

The folder holds ``weights.json``, which describes the weights, and ``weights.npz`` with the arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from shlex import quote
from typing import Any, Literal

from pydantic import Field, ValidationError

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.models.base import StrictModel
from mebench.runner.contract import Baseline, BaselineOptions, RunConfig, Trainable, WeightsReader
from mebench.runner.prediction_checks import bad_result
from mebench.runner.runner import Runner
from mebench.runner.types import Fold, FoldResult, Trained
from mebench.util.array_store import as_npz, from_npz
from mebench.util.atomic_write import to_json_text, write_bytes, write_text
from mebench.util.regular_file import read_regular

WEIGHTS_FILE, ARRAYS_FILE = "weights.json", "weights.npz"


class WeightsRecord(StrictModel):
    """The content of ``weights.json``."""

    format: Literal["mebench-weights/1"] = Field(description="The format and its version.")
    baseline: str = Field(description="The baseline's name.")
    baseline_version: str = Field(description="The baseline's version.")
    package: str = Field(description="The baseline's package, with its version.")
    options: dict[str, Any] = Field(description="The baseline's options, with defaults.")
    protocol: str = Field(description="The protocol of the training.")
    datasets: list[str] = Field(description="The data sets of the training.")
    subjects: int = Field(description="The number of training subjects.")
    seed: int = Field(description="The seed of the training.")
    classes: list[str] = Field(description="The emotions, in the order of the outputs.")
    one_per_video: bool = Field(
        description="Whether only the interval with the highest score counts in each video."
    )
    about: dict[str, Any] = Field(description="What else the baseline needs.")
    arrays: str = Field(description="SHA-256 of weights.npz.")
    mebench: str = Field(description="The version of mebench.")


def train_fold(baseline: Baseline, fold: Fold, inputs: Any = None) -> FoldResult:
    """Train on all videos of a fold."""
    assert isinstance(baseline, Trainable)
    trained = baseline.train(fold)
    if not isinstance(trained, Trained):
        raise bad_result(f"train() returned {trained!r:.80}; expected an object of Trained.")
    data = {
        "classes": list(trained.classes),
        "one_per_video": trained.one_per_video,
        "about": dict(trained.about),
    }
    return FoldResult(data, trained.arrays)


def train_final(config: RunConfig) -> Path:
    """Train a baseline on all subjects; write the weights to the run's folder, and return it."""
    require_trainable(config.baseline)
    with Runner(config, train_fold, leave_out=False) as runner:
        [result] = runner.execute()
        assert result is not None
        arrays, plan = as_npz(result.arrays), runner.plan
        record = WeightsRecord(
            format="mebench-weights/1",
            **plan.model_dump(
                include={
                    *("baseline", "baseline_version", "package", "protocol", "datasets"),
                    *("seed", "mebench"),
                }
            ),
            options={
                name: value
                for name, value in plan.options.items()
                # Files on this machine, such as face boxes, belong to the training videos.
                if not isinstance(getattr(config.options, name), Path)
            },
            subjects=len(runner.run_data.subjects),
            arrays=sha256(arrays).hexdigest(),
            **result.data,
        )
        write_bytes(config.folder / ARRAYS_FILE, arrays)
        content = to_json_text(record.model_dump(mode="json"))
        write_text(config.folder / WEIGHTS_FILE, content)
    return config.folder


def require_trainable(baseline: type[Baseline]) -> None:
    """Refuse a baseline that is not :class:`Trainable`."""
    if not issubclass(baseline, Trainable):
        raise UsageError.of(
            "no-final-weights",
            f"The baseline {baseline.name} has no final weights, and cannot predict a single "
            "video.",
            "Choose a baseline that implements train() and spot(), for example mean.",
        )


def read_weights(folder: Path) -> tuple[WeightsRecord, Trained]:
    """Read a folder of weights; a missing, invalid or damaged file is an error."""
    try:
        record = WeightsRecord.model_validate_json(
            read_regular(folder / WEIGHTS_FILE, follow_links=True)
        )
        content = read_regular(folder / ARRAYS_FILE, follow_links=True)
        if sha256(content).hexdigest() != record.arrays:
            raise bad_weights(folder, f"{ARRAYS_FILE} does not match the hash in {WEIGHTS_FILE}")
        arrays = from_npz(content)
    except OSError as error:
        name = Path(error.filename or folder).name
        raise bad_weights(folder, f"{name}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or WEIGHTS_FILE
        raise bad_weights(folder, f"{WEIGHTS_FILE}: {field}: {first['msg']}") from None
    except ValueError as error:
        raise bad_weights(folder, f"{ARRAYS_FILE}: {error}") from None
    return record, Trained(tuple(record.classes), record.one_per_video, arrays, record.about)


def read_foreign_weights(
    baseline: type[Baseline], options: BaselineOptions, files: Sequence[Path]
) -> Trained:
    """Read files that other software wrote, if the baseline is a :class:`WeightsReader`."""
    if not issubclass(baseline, WeightsReader):
        raise UsageError.of(
            "no-foreign-weights",
            f"The baseline {baseline.name} cannot read weights of other software.",
            f"Name a folder that `mebench run-baseline {quote(baseline.name)} --final` wrote.",
        )
    reader = baseline(options)
    assert isinstance(reader, WeightsReader)
    return reader.import_weights(files)


def bad_weights(folder: Path, reason: str) -> MebenchError:
    """Return the error for a folder of weights that is not valid."""
    return MebenchError.of(
        "weights-folder",
        f"Not a valid folder of weights: {reason}.",
        "Name a folder that `mebench run-baseline NAME --final` wrote, or write it again.",
        Place(file=str(folder)),
    )
