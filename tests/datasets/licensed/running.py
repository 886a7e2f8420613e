"""``mebench`` commands in the test's own process: starting a process takes most of a second."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from mebench.cli.main import main
from mebench.datasets.repair_config import VARIABLE as SWITCHES


class Run(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything that was printed, on one line: messages are wrapped."""
        return " ".join((self.out + self.err).split())

    def codes(self, severity: str = "error") -> set[str]:
        """Return the codes of the findings of a severity."""
        return set(re.findall(rf"\b{severity} \[([a-z0-9-]+)\]", self.said))


class CommandLine(NamedTuple):
    """A folder in which commands are typed."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, *arguments: str | Path) -> Run:
        """Run a command; what is raised is a traceback, and fails the test."""
        out, err = io.StringIO(), io.StringIO()
        with self.monkeypatch.context() as patched:
            patched.chdir(self.folder)
            patched.setenv("MEBENCH_CACHE", str(self.folder / "cache"))
            patched.setenv("COLUMNS", "400")
            # --without-repair sets it for the whole process, which is pytest here.
            patched.setenv(SWITCHES, os.environ.get(SWITCHES, ""))
            patched.setattr(sys, "argv", ["mebench", *map(str, arguments)])
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    main()
                    status = 0
                except SystemExit as ended:
                    status = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
        run = Run(status, out.getvalue(), err.getvalue())
        assert "Traceback" not in run.said
        assert run.status in {0, 1, 2}, run
        return run
