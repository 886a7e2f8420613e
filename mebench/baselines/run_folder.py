"""The folder of a run: its plan, the results of its folds, locks and logs.

::

    plan.json          what the run is
    folds/000.json     what a fold replied, sealed with its hash
    folds/000.npz      its arrays, where it has any: the curves
    locks/             who is at which fold, for runs that share the folder
    logs/              what the workers printed, and tracebacks
    predictions.json   the submission       curves.npz      scores a frame
    report.json        its score            manifest.json   how and when it was made

Every file is written whole or not at all, so that a run can be ended at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import ValidationError

from mebench.baselines.plan import Plan
from mebench.baselines.wire import Message
from mebench.canonical import digest
from mebench.diagnostics import Place, UsageError
from mebench.files import make_folder, to_json_text, write_bytes, write_text

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
