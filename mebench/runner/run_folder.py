"""The folder of a run: its plan, the results of its folds, locks and logs.

::

    plan.json          everything the results depend on; written first
    folds/000.json     reply of a fold, sealed with its hash
    folds/000.npz      its arrays, if any: the curves
    locks/             which process works on which fold, for runs that share the folder
    logs/              output of the workers, and tracebacks
    predictions.json   the submission       curves.npz      scores per frame
    report.json        its score            manifest.json   how and when it was made

Every file is written atomically, so that a run can be stopped at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import Field, ValidationError

from mebench.diagnostics import Place, UsageError
from mebench.models.base import StrictModel
from mebench.protocols.loader import protocol_digest
from mebench.runner.contract import Baseline, BaselineOptions, TaskKind
from mebench.runner.processes.ipc import Message
from mebench.runner.registry import dependencies, package_of
from mebench.runner.run_data import PlannedFold, RunData
from mebench.util.atomic_write import make_folder, to_json_text, write_bytes, write_text
from mebench.util.hashing import digest
from mebench.version import VERSION

PLAN_FORMAT = "mebench-plan/2"

FIELD_LABELS = {
    "material": "material (truth, files of the videos, or what renders them)",
    "depends": "what it depends on (versions, content of files)",
}
"""How people are told a field that its name does not explain."""


class Plan(StrictModel):
    """The first file of a run's folder; a run goes on only with the same."""

    format: Literal["mebench-plan/2"] = Field(description="The format and its version.")
    question: TaskKind = Field(description="What is asked of the baseline in each fold.")
    details: str | None = Field(None, description="Stands for what else belongs to the question.")
    baseline: str = Field(description="The baseline's name.")
    baseline_version: str = Field(description="Its version.")
    package: str = Field(description="The package it comes from, with its version.")
    options: dict[str, Any] = Field(description="Its options, defaults filled in.")
    depends: dict[str, str] = Field(
        default_factory=dict,
        description="What its answers depend on beside them: versions, the content of files.",
    )
    protocol: str = Field(description="The protocol's id.")
    protocol_digest: str = Field(description="Stands for its rules.")
    datasets: list[str] = Field(description="The data sets.")
    material: str = Field(
        description="Stands for the truth and the videos' content; of files, their sizes, times of "
        "change and ends."
    )
    seed: int = Field(description="The run's seed.")
    folds: list[list[str]] = Field(description="The test subject of each: data set, subject.")
    mebench: str = Field(description="The version of mebench.")

    @property
    def digest(self) -> str:
        """Sixteen digits that stand for the run."""
        return digest(self.model_dump(mode="json"), digits=16)

    def differences(self, other: Plan) -> list[str]:
        """Return in words what differs from another plan."""
        mine, theirs = (one.model_dump(mode="json") for one in (self, other))
        return [
            f"{FIELD_LABELS.get(name, name.replace('_', ' '))} {_short(theirs[name])} there, "
            f"{_short(mine[name])} now"
            for name in mine
            if mine[name] != theirs[name]
        ]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:119] + "…"


def make_plan(
    baseline: type[Baseline],
    options: BaselineOptions,
    material: RunData,
    folds: list[PlannedFold],
    seed: int,
    question: TaskKind,
    details: Mapping[int, Any],
) -> Plan:
    """Return the plan of a run, or of another question."""
    protocol = material.protocol
    return Plan(
        format=PLAN_FORMAT,
        question=question,
        details=digest({str(fold): asked for fold, asked in details.items()}, 16)
        if details
        else None,
        baseline=baseline.name,
        baseline_version=baseline.version,
        package=" ".join(package_of(baseline.name)),
        options=options.model_dump(mode="json"),
        depends=dependencies(baseline, options),
        protocol=protocol.id,
        protocol_digest=protocol_digest(protocol),
        datasets=list(dict.fromkeys(one.dataset for one in material.subjects)),
        material=material.digest,
        seed=seed,
        folds=[list(fold.subject) for fold in folds],
        mebench=VERSION,
    )


FOLD_FORMAT = "mebench-fold/2"
FOLDERS = ("folds", "locks", "logs")
OWN_FILES = ("plan.json", "study.json")
"""What may lie in a folder before a run begins in it."""


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What a fold replied.

    Attributes
    ----------
    head : dict
        Plain data; for answers the rows of the submission.
    body : bytes
        An ``.npz`` file, or nothing.
    seconds : float
        How long it took.
    """

    head: dict[str, Any]
    body: bytes
    seconds: float


class RunFolder:
    """A run's folder.

    Parameters
    ----------
    path : Path
        Where; :meth:`begin` makes it.
    """

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
        """Make the folder and write the plan into it, or see that it is the same run's.

        A run of which nothing is done yet can be begun again.

        Raises
        ------
        UsageError
            ``run-exists``, ``run-differs``, ``not-a-run`` or ``cannot-write``.
        """
        if not (self.path / "plan.json").exists() and self._is_foreign():
            raise UsageError.of(
                "not-a-run",
                "The folder holds other files, and no run.",
                "Name a new folder with -o.",
                Place(file=str(self.path)),
            )
        for name in FOLDERS:
            make_folder(self.path / name)
        lock = self._lock("plan", "Another run is beginning in this folder.", patience=30)
        try:
            self._begin(plan, may_resume)
        finally:
            lock.release()

    def _begin(self, plan: Plan, may_resume: bool) -> None:
        file = self.path / "plan.json"
        if not file.exists():
            write_text(file, to_json_text(plan.model_dump(mode="json")))
            return
        before = self._plan(file)
        differences = plan.differences(before)
        if differences:
            raise UsageError.of(
                "run-differs",
                f"The folder holds another run: {'; '.join(differences)}.",
                "Go on with the options it was begun with, or name a new folder with -o.",
                Place(file=str(file)),
            )
        if not may_resume and any(map(self.has_result, range(len(plan.folds)))):
            raise UsageError.of(
                "run-exists",
                "The folder holds this run already.",
                "--resume goes on with it; -o names another folder.",
                Place(file=str(self.path)),
            )

    def _is_foreign(self) -> bool:
        with suppress(OSError):
            names = {one.name for one in self.path.iterdir()} - {*FOLDERS, *OWN_FILES}
            return any(not name.startswith(".mebench-") for name in names)
        return False

    def _plan(self, file: Path) -> Plan:
        try:
            return Plan.model_validate_json(file.read_bytes())
        except (OSError, ValidationError) as error:
            raise UsageError.of(
                "not-a-run",
                f"The plan of the run cannot be read: {type(error).__name__}.",
                "Name a new folder with -o.",
                Place(file=str(file)),
            ) from None

    def claim(self, folds: Iterable[int]) -> None:
        """Lock folds until the end of this process.

        Raises
        ------
        UsageError
            ``run-locked``.
        """
        for number in folds:
            name = f"fold-{number:03d}"
            self._locks.append(
                self._lock(name, f"Another process is at fold {number} of this run.")
            )

    def release(self) -> None:
        """Give up all locks."""
        while self._locks:
            self._locks.pop().release()

    def _lock(self, name: str, message: str, patience: float = 0) -> FileLock:
        """Return a lock that is held; the system gives it up when this process ends."""
        lock = FileLock(self.path / "locks" / f"{name}.lock", timeout=patience)
        try:
            lock.acquire()
        except Timeout:
            raise UsageError.of(
                "run-locked",
                message,
                "Wait for it, or name another folder with -o.",
                Place(file=str(self.path)),
            ) from None
        except OSError as error:
            raise UsageError.of(
                "cannot-write",
                f"The lock cannot be taken: {error.strerror}.",
                "",
                Place(file=str(self.path)),
            ) from None
        return lock

    def keep(self, number: int, plan: Plan, result: Message, seconds: float) -> None:
        """Write the result of a fold."""
        content = {
            "format": FOLD_FORMAT,
            "plan": plan.digest,
            "fold": number,
            "seconds": round(seconds, 3),
            "head": result.head,
            "body": sha256(result.body).hexdigest() if result.body else None,
        }
        if result.body:
            write_bytes(self._file(number, "npz"), result.body)
        sealed = {**content, "seal": digest(content, 64)}
        # On one line: indenting hundreds of thousands of intervals takes longer than finding them.
        write_text(self._file(number, "json"), json.dumps(sealed, allow_nan=False) + "\n")

    def result(self, number: int, plan: Plan) -> FoldResult | None:
        """Return the result of a fold; None if there is none, or none that is sound."""
        try:
            content = json.loads(self._file(number, "json").read_bytes())
            seal = content.pop("seal")
            body = b"" if content["body"] is None else self._file(number, "npz").read_bytes()
            sound = (
                seal == digest(content, 64)
                and content["plan"] == plan.digest
                and content["fold"] == number
                and content["body"] in (None, sha256(body).hexdigest())
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        if not sound:
            return None
        return FoldResult(content["head"], body, content["seconds"])

    def has_result(self, number: int) -> bool:
        """Tell whether there is a result of a fold, sound or not."""
        return self._file(number, "json").exists()

    def _file(self, number: int, ending: str) -> Path:
        return self.path / "folds" / f"{number:03d}.{ending}"
