"""Runs of the test baselines: as commands of their own, and from within the test's process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mebench.protocols.loader import load_protocol
from mebench.runner.contract import RunConfig
from mebench.runner.locations import DatasetLocation
from mebench.runner.registry import baseline_class
from mebench.runner.run_config import options_from_mapping
from mebench.runner.scored_run import RunResult, run_baseline
from tests.cli.running import mebench

MARK = "MEBENCH_TRIAL"

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc"
)


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Bench:
    """The command line with the test distribution installed.

    Attributes
    ----------
    home : Path
        The folder of the distribution.
    folder : Path
        Where commands are run.
    data : Path
        A data set and its protocol.
    mark : str
        It stands in the environment of every process that is started here.
    """

    home: Path
    folder: Path
    data: Path
    mark: str

    def arguments(self, name: str, *more: str | Path) -> list[str]:
        """Return the arguments of ``mebench`` that run a baseline on the data set."""
        protocol, root = self.data / "protocol.toml", f"trials={self.data}"
        location = ("--dataset", "trials", "--protocol", str(protocol), "--root", root)
        jobs = () if "--jobs" in more else ("--jobs", "1")  # starting a process takes the time
        return ["run-baseline", name, *location, *jobs, *map(str, more)]

    def command(self, name: str, *arguments: str | Path) -> list[str]:
        """Return the command that runs a baseline on the data set."""
        return [sys.executable, "-P", "-m", "mebench", *self.arguments(name, *arguments)]

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment in which the distribution is found."""
        paths = [str(self.home), os.environ.get("PYTHONPATH", "")]
        found = {"PYTHONPATH": os.pathsep.join(filter(None, paths)), MARK: self.mark}
        return {**os.environ, **found, **more}

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment(),
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
            start_new_session=True,
        )

    def run(self, name: str, *arguments: str | Path, **options: Any) -> Ended:
        """Run a baseline; a traceback is never an answer."""
        return finished(self.start(self.command(name, *arguments), **options))

    def here(self, name: str, *arguments: str | Path) -> Ended:
        """Run a baseline from within this process; its workers are processes all the same."""
        return self.mebench(*self.arguments(name, *arguments))

    def mebench(self, *arguments: str | Path) -> Ended:
        """Run any command in this process, where the test distribution must be importable."""
        return Ended(*mebench(self.folder, *arguments, **{MARK: self.mark})[:3])

    def alive(self) -> list[str]:
        """Return the processes that are left of what was started here."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    marked = f"{MARK}={self.mark}".encode() in (entry / "environ").read_bytes()
                    command = (
                        (entry / "cmdline")
                        .read_bytes()
                        .replace(b"\0", b" ")
                        .decode(errors="replace")
                    )
                except OSError:  # it has just ended, or is not ours
                    continue
                if marked:
                    found.append(f"{entry.name} {command}")
        return found

    def nothing_left(self, seconds: float = 5.0) -> list[str]:
        """Return what is left a little later."""
        deadline = time.monotonic() + seconds
        while (left := self.alive()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return left


def bench_in(home: Path, folder: Path, data: Path) -> Bench:
    """Return a bench with a mark of its own."""
    return Bench(home, folder, data, uuid.uuid4().hex)


def finished(process: subprocess.Popen[bytes], seconds: float = 60) -> Ended:
    """Wait for a command."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        kill(process)
        raise
    ended = Ended(process.returncode, (out or b"").decode(), (err or b"").decode())
    assert "Traceback" not in ended.out + ended.err, ended.err
    return ended


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a command as a machine that runs out of memory would."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def request(
    name: str, data: Path, folder: Path, options: dict[str, Any] | None = None, **more: Any
) -> RunConfig:
    """Return a request; the test distribution must be importable."""
    kind = baseline_class(name)
    return RunConfig(
        baseline=kind,
        options=options_from_mapping(kind, options or {}),
        protocol=load_protocol(data / "protocol.toml"),
        dataset_locations=(DatasetLocation("trials", str(data)),),
        folder=folder,
        **{"store": folder.parent / "store", **more},
    )


def carried_out(
    name: str, data: Path, folder: Path, options: dict[str, Any] | None = None, **more: Any
) -> RunResult:
    """Carry out a run from within this process; its workers are processes all the same."""
    return run_baseline(request(name, data, folder, options, **more))


def submission(folder: Path) -> bytes:
    """Return the submission of a run."""
    return (folder / "predictions.json").read_bytes()
