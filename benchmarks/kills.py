"""SIGKILL at random moments: resumed runs give the same bytes, and no process is left.

``python -m benchmarks.kills [--kills 100]`` runs three baselines: ``random`` on the rendered faces,
a slow one that prepares arrays, and MEAN with a few epochs on small rendered people. Each is run
once without disturbance. Then the command is killed at a random moment and resumed, again and
again in the same folder until it ends, and then in a new folder with a new store. Every finished
run must have the submission and the curves of the undisturbed one. After every kill no process of
the run may be left. The script needs Linux and mebench-mean.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests.runner.distribution import install, simple, write

SHARES = {"random": 0.4, "slow": 0.4, "mean": 0.2}
MARK = "MEBENCH_KILLS"
RESULTS = ("predictions.json", "curves.npz", "report.json")
PATIENCE = 5.0
"""Seconds after which processes of a killed run count as left behind."""


@dataclass(frozen=True)
class Case:
    """A run to kill: the arguments of the command, and the seconds that it takes undisturbed."""

    arguments: list[str]
    environment: dict[str, str]

    def start(self, folder: Path, mark: str) -> subprocess.Popen[bytes]:
        """Start or resume the run."""
        command = [sys.executable, "-P", "-m", "mebench", "run-baseline", *self.arguments]
        return subprocess.Popen(
            [*command, "-o", str(folder / "run"), "--store", str(folder / "store"), "--resume"],
            env={**os.environ, **self.environment, MARK: mark},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )


def cases(folder: Path) -> dict[str, Case]:
    """Return the runs, and write what they need into a folder."""
    home, data = install(folder / "distribution"), write(folder / "data", simple(6))
    paths = os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH", "")]))
    people = folder / "people"
    subprocess.run(
        [
            *(sys.executable, "-P", "-m", "mebench", "synth", "-o", str(people), "--subjects", "3"),
            *("--videos", "1", "--seconds", "2", "--fps", "30", "--seed", "1"),
        ],
        check=True,
        capture_output=True,
    )
    trials = ["--dataset", "trials", "--root", f"trials={data}"]
    return {
        "random": Case(["random", "--jobs", "2"], {}),
        "slow": Case(
            [
                *("slow", *trials, "--protocol", str(data / "protocol.toml")),
                *("--pause", "0.2", "--curves", "--jobs", "2"),
            ],
            {"PYTHONPATH": paths},
        ),
        "mean": Case(
            [
                *("mean", "--dataset", "generic", "--root", str(people), "--jobs", "2"),
                *("--spotting-epochs", "1", "--recognition-epochs", "1"),
            ],
            {},
        ),
    }


def left_behind(mark: str) -> list[str]:
    """Return the processes with this mark that are still there after a while."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and f"{MARK}={mark}".encode() in (
                    (entry / "environ").read_bytes()
                ):
                    found.append(entry.name)
            except OSError:  # it has just ended, or belongs to somebody else
                continue
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def results(folder: Path) -> dict[str, bytes]:
    """Return the files that must not depend on the kills."""
    files = [folder / "run" / name for name in RESULTS]
    return {file.name: file.read_bytes() for file in files if file.exists()}


def finish(process: subprocess.Popen[bytes]) -> None:
    """Wait for a run, and make sure that it succeeded."""
    _, errors = process.communicate()
    if process.returncode:
        raise SystemExit(errors.decode())


def stress(case: Case, folder: Path, kills: int, draws: random.Random) -> tuple[int, int, int]:
    """Kill a run; return the numbers of finished runs, of wrong ones and of processes left."""
    begin = time.monotonic()
    finish(case.start(folder / "undisturbed", uuid.uuid4().hex))
    duration = time.monotonic() - begin
    expected = results(folder / "undisturbed")
    finished = wrong = left = done = 0
    while done < kills:
        current = folder / f"disturbed-{finished}"
        last = False
        while not last:
            mark = uuid.uuid4().hex
            process = case.start(current, mark)
            last = done == kills
            try:
                process.wait(None if last else draws.uniform(0.05, 0.8) * duration)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                done += 1
            else:
                finish(process)
                last = True
            left += len(left_behind(mark))
        finished += 1
        wrong += results(current) != expected
    return finished, wrong, left


def main() -> int:
    """Print a line per baseline; return 1 if bytes differ or processes are left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    draws, status = random.Random(arguments.seed), 0
    with tempfile.TemporaryDirectory() as name:
        for baseline, case in cases(Path(name)).items():
            kills = round(SHARES[baseline] * arguments.kills)
            finished, wrong, left = stress(case, Path(name) / baseline, kills, draws)
            print(
                f"{baseline}: {kills} kills, {finished} runs resumed to their end, {wrong} with "
                f"other bytes, {left} processes left behind",
                flush=True,
            )
            status |= bool(wrong or left)
    return status


if __name__ == "__main__":
    sys.exit(main())
