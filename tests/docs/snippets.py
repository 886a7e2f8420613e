"""Run what the documentation shows.

The blocks of a page are run from top to bottom in one folder:

- a fence after ``<!-- file: NAME -->`` is written to that file;
- a ``console`` fence has commands after ``$`` and their output; a line ``...`` stands for any
  lines, ``...`` within a line for any characters; ``[exit 1]`` as the last line of an output is the
  exit status;
- a ``python`` fence is run; a ``text`` fence right after it is its output;
- ``sh`` fences are for a checkout; their lines must be among ``CHECKOUT_COMMANDS``. Where one is
  ``INSTALL_HERE``, the package of the folder is installed for the rest of the page.

Commands of ``mebench`` alone run in this process, where rendered people are shared; all others run
in a shell.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from mebench.runner.registry import baseline_names
from tests.cli.running import mebench

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

INSTALL_HERE = "python -m pip install -e ."
CHECKOUT_COMMANDS = {
    INSTALL_HERE,
    "cd mebench",
    "make demo",
    "make example",
    "make test",
    "make conformance",
    "make benchmarks",
    "make schemas",
    "make truths",
    "make pictures",
    "make format",
    "source .venv/bin/activate",
    "python -m pip install .",
    "python -m pip install '.[all]'",
    "python -m pip install '.[opencv]'",
    "python -m pip install '.[all]' ./datasets/synthetic ./baselines/vision ./baselines/mean",
    "python -m benchmarks.startup",
    "python -m benchmarks.matching",
    "python -m benchmarks.rendering",
    "python -m benchmarks.detector",
}

_SHELL = frozenset("|&;<>()$`*?[]{}~#!")
_FENCE = re.compile(
    r"(?:<!-- file: (?P<file>\S+) -->\n+)?^```(?P<language>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Fence:
    """A fenced block of a page."""

    language: str
    body: str
    file: str | None
    line: int


def fences(page: Path) -> list[Fence]:
    """Return the fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Fence(
            fence["language"],
            fence["body"],
            fence["file"],
            text.count("\n", 0, fence.start("body")) + 1,
        )
        for fence in _FENCE.finditer(text)
    ]


def run_page(page: Path, folder: Path) -> Iterator[str]:
    """Run the blocks of a page in a folder; yield every difference from the page."""
    with ExitStack() as installed:
        yield from _run_fences(page, folder, installed)


def _run_fences(page: Path, folder: Path, installed: ExitStack) -> Iterator[str]:
    printed: str | None = None
    for fence in fences(page):
        where = f"{page.name}:{fence.line}"
        previous, printed = printed, None
        if fence.file is not None:
            (folder / fence.file).write_text(fence.body, encoding="utf-8")
        elif fence.language == "console":
            yield from _run_console(fence.body, where, folder)
        elif fence.language == "python":
            done = _run([sys.executable, "-c", fence.body], folder)
            printed = done.stdout
            if done.returncode:
                yield f"{where}: {done.stderr}"
        elif (
            fence.language == "text" and previous is not None and not matches(previous, fence.body)
        ):
            yield f"{where}: Python prints\n{previous}"
        elif fence.language == "sh":
            unknown = set(fence.body.strip().splitlines()) - CHECKOUT_COMMANDS
            yield from (f"{where}: {line!r} is not a known command" for line in sorted(unknown))
            if INSTALL_HERE in fence.body.splitlines():
                _install(page, installed)


def _install(page: Path, installed: ExitStack) -> None:
    """Install the package of a page, in this process and those that it starts."""
    from tests.docs.packages import unpack_package

    folder = Path(installed.enter_context(TemporaryDirectory()))
    target = str(unpack_package(page, folder, folder / "installed"))
    path = os.pathsep.join([target, os.environ.get("PYTHONPATH", "")])
    installed.enter_context(patch.object(sys, "path", [target, *sys.path]))
    installed.enter_context(patch.dict(os.environ, {"PYTHONPATH": path}))
    baseline_names.cache_clear()
    installed.callback(baseline_names.cache_clear)


def _run_console(body: str, where: str, folder: Path) -> Iterator[str]:
    for block in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, expected = block.partition("\n")
        while command.endswith("\\"):
            more, _, expected = expected.partition("\n")
            command = command[:-1] + more
        status, printed = _typed(command, folder)
        stated = re.search(r"\[exit (\d)\]\n*$", expected)
        wanted = int(stated[1]) if stated else 0
        expected = expected[: stated.start()] if stated else expected
        if status != wanted:
            yield f"{where}: `{command}` ends with {status}, not {wanted}\n{printed}"
        elif not matches(printed, expected):
            yield f"{where}: `{command}` prints\n{printed}"


def _typed(command: str, folder: Path) -> tuple[int, str]:
    """Run a command line; return its exit status and what it prints, errors last."""
    words = shlex.split(command)
    if words[0] == "mebench" and not _SHELL & set(command):
        more = ("--jobs", "1") if words[1:2] == ["synth"] else ()
        run = mebench(folder, *words[1:], *more)
        return run.status, run.out + run.err
    done = _run(["bash", "-c", command], folder)
    return done.returncode, done.stdout + done.stderr


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": scripts + os.pathsep + os.environ["PATH"]}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def matches(printed: str, expected: str) -> bool:
    """Return whether an output is what a page shows."""

    def lines(text: str) -> list[str]:
        return [line.rstrip() for line in text.strip("\n").split("\n")]

    pattern = ""
    for line in lines(expected):
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += re.escape(line).replace(re.escape("..."), "[^\n]*") + r"\n"
    return re.fullmatch(pattern, "\n".join(lines(printed)) + "\n") is not None
