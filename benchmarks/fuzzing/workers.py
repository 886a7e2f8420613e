"""Run numbered inputs in a worker process, and record what fails.

Input N of a seed is always the same. The parent sees the number that a worker is at, so that it can
name the input of a worker that hangs or dies.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.fuzzing.targets import Target, targets
from mebench.diagnostics import MebenchError
from mebench.diagnostics.catalog import catalog

MAX_SECONDS = 10.0
"""Processor time of one input; more is a hang."""

MAX_WAITING = 60.0
"""Seconds of one input, also of waiting."""

MAX_RESIDENT = 2**30
"""Bytes of memory of a worker, after which its current input has failed."""

MAX_ADDRESSES = 2**32
"""Bytes of address space: what asks for more gets a MemoryError instead of all memory."""

MINIMIZING_SECONDS = 20.0


class HangError(BaseException):
    """An input takes too long."""


def _interrupt(*_: object) -> None:
    raise HangError(f"more than {MAX_WAITING:.0f} s")


@dataclass(frozen=True)
class Failure:
    """An input with another outcome than success or a finding.

    Attributes
    ----------
    kind : str
        ``exception``, ``hang``, ``memory`` or ``crash``.
    key : str
        What failures of the same cause have in common.
    target : str
        The name of the target.
    number : int
        The number of the input.
    detail : str
        The traceback, or the measured value.
    """

    kind: str
    key: str
    target: str
    number: int
    detail: str

    @property
    def name(self) -> str:
        """The name of the folder that keeps the input."""
        digest = hashlib.sha256(self.key.encode()).hexdigest()[:10]
        return f"{self.kind}-{self.target.replace(' ', '-')}-{digest}"

    def to_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


class Fuzzer:
    """Makes inputs and uses them, in a folder of its own."""

    def __init__(self, folder: Path, seed: str, only: Sequence[str] = ()) -> None:
        self.folder, self.seed = folder, seed
        self.targets = [one for one in targets(folder / "material") if not only or one.name in only]
        self._weights = [target.weight for target in self.targets]
        self._codes = set(catalog())

    def input(self, number: int) -> tuple[int, bytes]:
        """Return the index of the target of an input, and its content."""
        chance = random.Random(f"{self.seed} {number}")
        [index] = chance.choices(range(len(self.targets)), self._weights)
        return index, self.targets[index].make(chance)

    def use(self, target: Target, number: int, content: bytes) -> bool:
        """Use an input; return whether it was refused. What else is raised is a failure."""
        path = self.folder / f"input{target.suffix}"
        path.write_bytes(content)
        try:
            target.use(path, random.Random(f"{self.seed} {number} use"))
        except MebenchError as error:
            assert error.diagnostics, "an error without findings"
            unknown = {finding.code for finding in error.diagnostics} - self._codes
            assert not unknown, f"codes that are not in the catalog: {unknown}"
            return True
        return False

    def run(self, number: int) -> tuple[int, bool, Failure | None]:
        """Run an input; return the index of its target, whether it was refused, and its failure."""
        index, content = self.input(number)
        target = self.targets[index]
        begin = time.process_time()
        refused, failure = False, None
        signal.signal(signal.SIGALRM, _interrupt)
        signal.setitimer(signal.ITIMER_REAL, MAX_WAITING)
        try:
            refused = self.use(target, number, content)
        except HangError as error:
            failure = replace(_exception(error, target.name, number), kind="hang")
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            failure = _exception(error, target.name, number)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        seconds = time.process_time() - begin
        if seconds > MAX_SECONDS:
            failure = Failure("hang", target.name, target.name, number, f"{seconds:.1f} s")
        if resident_memory() > MAX_RESIDENT:
            size = f"{resident_memory() >> 20} MiB"
            failure = Failure("memory", target.name, target.name, number, size)
        return index, refused, failure

    def minimized(self, failure: Failure) -> bytes:
        """Return a part of an input that still fails in the same way."""
        index, content = self.input(failure.number)
        target, begin = self.targets[index], time.monotonic()

        def fails(shorter: bytes) -> bool:
            try:
                self.use(target, failure.number, shorter)
            except BaseException as error:
                return _exception(error, target.name, failure.number).key == failure.key
            return False

        size = len(content)
        while size:
            at = 0
            while at < len(content) and time.monotonic() - begin < MINIMIZING_SECONDS:
                shorter = content[:at] + content[at + size :]
                if fails(shorter):
                    content = shorter
                else:
                    at += size
            size //= 2
        return content


def _exception(error: BaseException, target: str, number: int) -> Failure:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/mebench" in frame.filename.replace(os.sep, "/")]
    last = (own or frames)[-1]
    key = f"{type(error).__name__} in {Path(last.filename).name}:{last.name}"
    text = "".join(traceback.format_exception(error))[-6000:]
    return Failure("exception", key, target, number, text)


def resident_memory() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss begins with the size of the parent
        [peak] = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(peak) * 1024
    import resource  # Windows has none, and tests import this module

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def keep(failure: Failure, folder: Path, content: bytes, minimal: bytes | None) -> None:
    """Write a failing input, what is left of it, and its traceback."""
    place = folder / failure.name
    if place.exists():
        return
    place.mkdir(parents=True)
    (place / "input").write_bytes(content)
    if minimal is not None:
        (place / "minimal").write_bytes(minimal)
    text = f"{failure.kind}: {failure.key}\ntarget: {failure.target}\ninput: {failure.number}\n\n"
    (place / "failure.txt").write_text(text + failure.detail, encoding="utf-8")


def work(
    folder: Path,
    seed: str,
    only: Sequence[str],
    numbers: Sequence[int],
    shared: Any,
    connection: Connection,
) -> None:
    """Run inputs; ``shared`` has the number of the current one, and counts per target."""
    shutil.rmtree(folder, ignore_errors=True)  # of a worker before
    folder.mkdir(parents=True)
    os.environ["MEBENCH_CACHE"] = str(folder / "cache")
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MAX_ADDRESSES, MAX_ADDRESSES))
    with (folder / "output.txt").open("wb") as output:  # of libraries that print
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    fuzzer = Fuzzer(folder, seed, only)
    known: set[str] = set()
    connection.send(None)
    for number in numbers:
        shared[0] = number
        index, refused, failure = fuzzer.run(number)
        shared[1 + 2 * index] += 1
        shared[2 + 2 * index] += refused
        if failure is not None:
            if failure.key not in known:
                known.add(failure.key)
                content = fuzzer.input(number)[1]
                minimal = fuzzer.minimized(failure) if failure.kind == "exception" else None
                keep(failure, folder.parent / "failures", content, minimal)
            connection.send(failure)
            if failure.kind == "memory":
                break  # the peak stays, and would fail all others
    connection.send(resident_memory())
