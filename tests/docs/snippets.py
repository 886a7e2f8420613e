"""Run what the documentation shows.

The blocks of a page are run from top to bottom in one folder:

- a fence after ``<!-- file: NAME -->`` is written to that file;
- a ``console`` fence has commands after ``$`` and their output; a line ``...`` stands for any
  lines, ``...`` within a line for any characters; ``[exit 1]`` as the last line of an output is the
  exit status;
- a ``python`` fence is run; a ``text`` fence right after it is its output;
- ``sh`` fences are for a checkout; their lines must be among ``CHECKOUT_COMMANDS``. Where one is
  ``INSTALL_HERE``, the package of the folder is installed for the rest of the page.

Python and commands of ``mebench`` run in this process, where rendered people are shared and
libraries are loaded, with one job; also those in a loop, with a variable, or with their output in a
file or a pipe. All other commands run in a shell.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, chdir, redirect_stdout
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
    "python -m venv .venv",
    "python -m pip install '.[all,opencv]' ./datasets/synthetic",
    "python -m pip install '.[opencv]'",
    "python -m pip install '.[all]' ./datasets/synthetic "
    "./baselines/vision ./baselines/mean ./baselines/classics",
    "python -m benchmarks.startup",
    "python -m benchmarks.matching",
    "python -m benchmarks.rendering",
    "python -m benchmarks.detector",
}

_SHELL = frozenset("|&;<>()$`*?[]{}~#!")
_LOOP = re.compile(r"for (?P<name>\w+) in (?P<values>[^;]+); do (?P<body>.+); done")
_SET = re.compile(r"(?:export )?(?P<name>[A-Z_]+)=(?P<value>\S+) (?:&& )?(?P<command>.+)")
_PIPE = re.compile(r"(?P<command>[^|]+) \| (?P<rest>.+)")
_INTO_FILE = re.compile(r"(?P<command>.+) (?P<stream>2?)> (?P<file>\S+)")
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
        installed.callback(_forget_modules, folder)
        yield from _run_fences(page, folder, installed)


def _forget_modules(folder: Path) -> None:
    """Forget the modules that were imported from a folder."""
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", None) or "/").is_relative_to(folder):
            del sys.modules[name]


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
            printed, raised = _run_python(fence.body, folder)
            if raised:
                yield f"{where}: {raised}"
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
    installed.callback(_forget_modules, folder)
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
    """Run a command line; return its exit status and what it prints, as a terminal shows it."""
    if loop := _LOOP.fullmatch(command):
        done = [
            _typed(step.strip().replace(f"${loop['name']}", value), folder)
            for value in loop["values"].split()
            for step in loop["body"].split(";")
        ]
        return max(status for status, _ in done), "".join(printed for _, printed in done)
    rest, files, variables, reader = command, {}, {}, None
    if assignment := _SET.fullmatch(rest):
        rest, variables = assignment["command"], {assignment["name"]: assignment["value"]}
    if pipe := _PIPE.fullmatch(rest):
        rest, reader = pipe["command"], pipe["rest"]
    while into := _INTO_FILE.fullmatch(rest):
        rest, files[into["stream"]] = into["command"], into["file"]
    words = shlex.split(rest)
    if words[0] == "mebench" and not _SHELL & set(rest):
        one_job = words[1] in ("synth", "run-baseline")
        run = mebench(folder, *words[1:], *(("--jobs", "1") if one_job else ()), **variables)
        if not files and not reader:
            return run.status, run.shown
        printed = {"": run.out, "2": run.err}
        for stream, file in files.items():
            (folder / file).write_text(printed.pop(stream), encoding="utf-8")
        status, out = run.status, printed.get("", "")
        if reader:
            status, out = _run_shell(reader, folder, out)
        return status, out + printed.get("2", "")
    return _run_shell(command, folder)


def _run_shell(command: str, folder: Path, typed: str = "") -> tuple[int, str]:
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": scripts + os.pathsep + os.environ["PATH"]}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _run_python(code: str, folder: Path) -> tuple[str, str]:
    """Run Python code; return what it prints, and the traceback of what it raises."""
    out = io.StringIO()
    with (
        chdir(folder),
        redirect_stdout(out),
        patch.object(sys, "path", [str(folder), *sys.path]),
    ):
        try:
            exec(compile(code, "snippet", "exec"), {"__name__": "__main__"})
        except Exception:
            return out.getvalue(), traceback.format_exc()
    return out.getvalue(), ""


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
