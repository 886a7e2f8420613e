"""Run ``mebench`` here or in a process of its own, and write the files for it.

Starting a process takes most of a second, so tests start one only where it is what they test.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from mebench.cli.main import main
from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write

USAGE, FINDINGS, FINE = 2, 1, 0


class Run(NamedTuple):
    """Exit status and output of a command; ``shown`` is both streams as a terminal shows them."""

    status: int
    out: str
    err: str
    shown: str = ""

    @property
    def said(self) -> str:
        """Everything that was printed, on one line: messages are wrapped."""
        return " ".join((self.out + self.err).split())

    def codes(self, severity: str = "error") -> set[str]:
        """Return the codes of the findings of a severity."""
        return set(re.findall(rf"\b{severity} \[([a-z0-9-]+)\]", self.said))


class _Recorder(io.BytesIO):
    """A stream in memory that also adds what it is given to a transcript."""

    def __init__(self, transcript: list[bytes]) -> None:
        super().__init__()
        self._transcript = transcript

    def write(self, content: Any) -> int:
        """Write bytes."""
        self._transcript.append(bytes(content))
        return super().write(content)


def _sound(run: Run) -> Run:
    assert "Traceback" not in run.out + run.err, run.err
    assert run.status in {USAGE, FINDINGS, FINE}, run
    return run


def mebench(folder: Path, *arguments: str | Path, **variables: str) -> Run:
    """Run a command in a folder, in this process; what is raised is a traceback.

    Like a process without a terminal, it has 80 columns unless ``COLUMNS`` says otherwise, and
    what it changes in the environment is gone afterwards.
    """
    transcript: list[bytes] = []
    out, err = (
        io.TextIOWrapper(_Recorder(transcript), encoding="utf-8", write_through=True)
        for _ in range(2)
    )
    status = FINE
    with (
        contextlib.chdir(folder),
        patch.dict(os.environ, {"COLUMNS": "80", **variables}),
        patch.object(sys, "argv", ["mebench", *map(str, arguments)]),
        patch.object(gc, "freeze", lambda: None),
        patch.object(gc, "set_threshold", lambda *_: None),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    streams = (out.buffer.getvalue(), err.buffer.getvalue(), b"".join(transcript))
    printed, errors, shown = (content.decode() for content in streams)
    return _sound(Run(status, printed, errors, shown))


def mebench_process(folder: Path, *arguments: str | Path, **options: Any) -> Run:
    """Run ``python -m mebench`` in a folder; there must be no traceback."""
    command = [sys.executable, "-m", "mebench", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, timeout=120, check=False, **options
    )
    return _sound(Run(done.returncode, done.stdout.decode(), done.stderr.decode()))


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
