"""Run ``mebench`` in a separate process, and write the files for it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write

USAGE, FINDINGS, FINE = 2, 1, 0


@dataclass(frozen=True)
class Run:
    """Exit status and output of a process."""

    status: int
    out: str
    err: str


def mebench(folder: Path, *arguments: str | Path, **options: Any) -> Run:
    """Run ``python -m mebench`` in a folder; there must be no traceback."""
    command = [sys.executable, "-m", "mebench", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, timeout=120, check=False, **options
    )
    run = Run(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in run.out + run.err, run.err
    assert run.status in {USAGE, FINDINGS, FINE}, run
    return run


def files(folder: Path) -> Path:
    """Write a protocol, a truth, valid predictions as JSON and CSV, and bad.json."""
    rows = {"1/a": [interval(11, 20, score=0.5)], "2/a": [interval(31, 41, "positive", score=0.4)]}
    write(folder, "toy.toml", TOY_TOML)
    write(folder, "p.json", submission(rows))
    write(
        folder,
        "p.csv",
        "subject,video,onset,offset,emotion,score\n1,a,11,20,negative,0.5\n2,a,60,70,surprise,0.4\n",
    )
    write(
        folder,
        "t.json",
        truth({"1/a": [interval(10, 20)], "1/b": [], "2/a": [interval(30, 40, "positive")]}),
    )
    write(folder, "bad.json", submission({"1/a": [interval(30, 20), interval(1, 2, "joy")]}))
    return folder


SCORED = ("--truth", "t.json", "--protocol", "toy.toml")
