"""``mebench`` commands in the test's own folder and process."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.cli.running import Run, mebench

__all__ = ["CommandLine", "Run"]


class CommandLine(NamedTuple):
    """A folder in which commands are typed."""

    folder: Path

    def __call__(self, *arguments: str | Path) -> Run:
        """Run a command; what is raised is a traceback, and fails the test."""
        cache = str(self.folder / "cache")
        return mebench(self.folder, *arguments, COLUMNS="400", MEBENCH_CACHE=cache)
