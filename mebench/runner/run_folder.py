"""The folder of a run: its plan, the results of its folds, locks and logs.

::

    plan.json          everything the results depend on; written first
    folds/000.json     result of a fold, with a hash that detects damage
    folds/000.npz      its arrays, if any: the curves
    locks/             which process works on which fold, for processes that share the folder
    logs/              output of the workers, and tracebacks
    predictions.json   the submission       curves.npz      scores per frame
    report.json        its score            manifest.json   how and when it was made

Every file is written atomically, so that a run can be stopped at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from mebench.diagnostics import Place, UsageError
from mebench.models.base import StrictModel, SubjectKey
from mebench.models.submission import Isolation
from mebench.protocols.loader import protocol_digest
from mebench.runner.contract import RunConfig
from mebench.runner.registry import dependencies, package_of
from mebench.runner.run_data import RunData
from mebench.runner.types import FoldResult
from mebench.util.array_store import as_npz, from_npz
from mebench.util.atomic_write import (
    cannot_write,
    make_folder,
    to_json_text,
    write_bytes,
    write_text,
)
from mebench.util.hashing import digest
from mebench.util.regular_file import read_regular
from mebench.version import VERSION

FIELD_LABELS = {
    "material": "material (truth, files of the videos, or what renders them)",
    "depends": "what it depends on (versions, content of files)",
}
"""Fields of the plan whose names do not explain themselves in a message."""


class Plan(StrictModel):
    """The plan of a run: everything that its results depend on.

    A run can be resumed only with an identical plan.
    """

    format: Literal["mebench-plan/4"] = Field(description="The format and its version.")
    function: str = Field(description="What is done in each fold: predict_fold.")
    inputs: str | None = Field(None, description="Digest of the function's additional input.")
    baseline: str = Field(description="The baseline's name.")
    baseline_version: str = Field(description="The baseline's version.")
    package: str = Field(description="The baseline's package, with its version.")
    options: dict[str, Any] = Field(description="The baseline's options, with defaults.")
    depends: dict[str, str] = Field(
        default_factory=dict,
        description="What predictions depend on besides the options: versions, contents of files.",
    )
    protocol: str = Field(description="The protocol's id.")
    protocol_digest: str = Field(description="Digest of the protocol's rules.")
    datasets: list[str] = Field(description="The data sets.")
    material: str = Field(
        description="Digest of the truth and of the videos; for video files of their sizes, "
        "modification times, first and last bytes."
    )
    isolation: Isolation = Field(description="How the folds are isolated from each other.")
    seed: int = Field(description="The run's seed.")
    folds: list[list[str]] = Field(
        description="The test subjects of each fold: data set, subject, and so on."
    )
    mebench: str = Field(description="The version of mebench.")

    @property
    def digest(self) -> str:
        """The digest of the plan: 16 hexadecimal digits."""
        return digest(self.model_dump(mode="json"), digits=16)

    def differences(self, stored: Plan) -> list[str]:
        """Return the differences from the plan that a folder holds, one text per field."""
        now, before = self.model_dump(mode="json"), stored.model_dump(mode="json")
        return [
            f"{FIELD_LABELS.get(name, name.replace('_', ' '))}: {_shorten(before[name])} in the "
            f"folder, {_shorten(now[name])} now"
            for name in now
            if now[name] != before[name]
        ]


def _shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:119] + "…"


def make_plan(
    config: RunConfig,
    run_data: RunData,
    tests: Sequence[Sequence[SubjectKey]],
    function: str,
    inputs: Mapping[int, Any],
) -> Plan:
    """Return the plan of a run or of a study.

    ``tests`` are the test subjects of each fold, ``function`` is the name of what is called in each
    fold, ``inputs`` its additional input by the fold's number.
    """
    baseline, protocol = config.baseline, config.protocol
    return Plan(
        format="mebench-plan/4",
        function=function,
        inputs=digest({str(number): value for number, value in inputs.items()}, 16)
        if inputs
        else None,
        baseline=baseline.name,
        baseline_version=baseline.version,
        package=" ".join(package_of(baseline.name)),
        options=config.options.model_dump(mode="json"),
        depends=dependencies(baseline, config.options),
        protocol=protocol.id,
        protocol_digest=protocol_digest(protocol),
        datasets=list(dict.fromkeys(subject.dataset for subject in run_data.subjects)),
        material=run_data.digest,
        isolation=config.isolation,
        seed=config.seed,
        folds=[[text for subject in test for text in subject] for test in tests],
        mebench=VERSION,
    )


FOLD_FORMAT = "mebench-fold/3"
FOLDERS = ("folds", "locks", "logs")
OWN_FILES = ("plan.json", "study.json")
"""Files that a folder may hold before a run starts in it."""


class RunFolder:
    """A run's folder, which :meth:`begin` creates."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._locks: list[FileLock] = []

    @property
    def predictions(self) -> Path:
        """The submission."""
        return self.path / "predictions.json"

    @property
    def logs(self) -> Path:
        """The folder of logs."""
        return self.path / "logs"

    def begin(self, plan: Plan, *, may_resume: bool) -> None:
        """Create the folder and write the plan, or check that the folder holds the same plan.

        A run without finished folds can start again without ``may_resume``.
        """
        if not (self.path / "plan.json").exists() and self._has_other_files():
            raise UsageError.of(
                "not-a-run",
                "The folder holds files, but no run.",
                "Name a new folder with -o.",
                Place(file=str(self.path)),
            )
        for name in FOLDERS:
            make_folder(self.path / name, "Name another folder with -o.")
        lock = self._lock("plan", "Another process is starting a run in this folder.", timeout=30)
        try:
            self._write_or_compare(plan, may_resume)
        finally:
            lock.release()

    def _write_or_compare(self, plan: Plan, may_resume: bool) -> None:
        file = self.path / "plan.json"
        if not file.exists():
            write_text(file, to_json_text(plan.model_dump(mode="json")))
            return
        differences = plan.differences(self._read_plan(file))
        if differences:
            raise UsageError.of(
                "run-differs",
                f"The folder holds a different run ({'; '.join(differences)}).",
                "Repeat the options of the run in the folder, or name a new folder with -o.",
                Place(file=str(file)),
            )
        if not may_resume and any(map(self.has_result, range(len(plan.folds)))):
            raise UsageError.of(
                "run-exists",
                "The folder holds this run already.",
                "Pass --resume to run only its unfinished folds. If the code of the baseline has "
                "changed, delete the folder or name another one with -o.",
                Place(file=str(self.path)),
            )

    def _has_other_files(self) -> bool:
        with suppress(OSError):
            names = {path.name for path in self.path.iterdir()} - {*FOLDERS, *OWN_FILES}
            return any(not name.startswith(".mebench-") for name in names)
        return False

    def _read_plan(self, file: Path) -> Plan:
        try:
            return Plan.model_validate_json(read_regular(file))
        except (OSError, ValidationError) as error:
            raise UsageError.of(
                "not-a-run",
                f"The plan of the run cannot be read: {type(error).__name__}.",
                "Name a new folder with -o.",
                Place(file=str(file)),
            ) from None

    def claim(self, folds: Iterable[int]) -> None:
        """Lock folds until :meth:`release` or the end of this process."""
        for number in folds:
            name = f"fold-{number:03d}"
            self._locks.append(
                self._lock(name, f"Another process is running fold {number} of this run.")
            )

    def release(self) -> None:
        """Release all locks."""
        while self._locks:
            self._locks.pop().release()

    def _lock(self, name: str, message: str, timeout: float = 0) -> FileLock:
        """Return an acquired lock; the system releases it when this process ends."""
        lock = FileLock(self.path / "locks" / f"{name}.lock", timeout=timeout)
        try:
            lock.acquire()
        except Timeout:
            raise UsageError.of(
                "run-locked",
                message,
                "Wait until that process ends, or name another folder with -o.",
                Place(file=str(self.path)),
            ) from None
        except OSError as error:
            problem, remedy = "The lock file cannot be created", "Name another folder with -o."
            raise cannot_write(self.path, error, problem, remedy) from None
        return lock

    def keep(self, number: int, plan: Plan, result: FoldResult) -> None:
        """Write the result of a fold, with hashes of the content."""
        arrays = as_npz(result.arrays, compressed=True) if result.arrays else None
        content = {
            "format": FOLD_FORMAT,
            "plan": plan.digest,
            "fold": number,
            "seconds": round(result.seconds, 3),
            "data": result.data,
            "arrays": sha256(arrays).hexdigest() if arrays else None,
        }
        if arrays:
            write_bytes(self._file(number, "npz"), arrays)
        sealed = {**content, "seal": digest(content, 64)}
        # On one line: indenting hundreds of thousands of intervals is slow.
        write_text(self._file(number, "json"), json.dumps(sealed, allow_nan=False) + "\n")

    def result(self, number: int, plan: Plan) -> FoldResult | None:
        """Return the result of a fold; None if it is missing or damaged."""
        try:
            content = json.loads(read_regular(self._file(number, "json")))
            valid = (
                content.pop("seal") == digest(content, 64)
                and content["plan"] == plan.digest
                and content["fold"] == number
            )
            arrays = {}
            if valid and content["arrays"] is not None:
                stored = read_regular(self._file(number, "npz"))
                valid = content["arrays"] == sha256(stored).hexdigest()
                arrays = from_npz(stored) if valid else {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return FoldResult(content["data"], arrays, content["seconds"]) if valid else None

    def has_result(self, number: int) -> bool:
        """Return whether a fold has a result file, valid or damaged."""
        return self._file(number, "json").exists()

    def _file(self, number: int, ending: str) -> Path:
        return self.path / "folds" / f"{number:03d}.{ending}"
