"""Large valid and invalid files: time and memory grow at most linearly with the size.

All are read in one process, which is ended if one of them takes hours.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.cli.running import FINDINGS, FINE, SCORED, files
from tests.sharing import shared_object

SIZE = 1_000_000
"""Bytes of a file; a real submission of a million intervals has many times as many."""

SECONDS, MEGABYTES = 5, 450
"""Per file: far above normal (1 s, 150 MB), far below the cost of quadratic growth."""


def rows(text: str, head: str = "", tail: str = "", joint: str = "") -> str:
    """Repeat a text up to the size."""
    return head + joint.join([text] * (SIZE // (len(text) + len(joint)))) + tail


def in_json(interval: str, many_videos: bool) -> str:
    head = '{"format":"mebench-submission/1","protocol":"toy@1","system":{"name":"x"},"videos":['
    if not many_videos:
        opened = '{"subject":"1","video":"a","intervals":['
        return rows(interval, head + opened, "]}]}", ",")
    inner = ",".join([interval] * 50)
    videos: list[str] = []
    size = 0
    while size < SIZE:
        videos.append(f'{{"subject":"{len(videos)}","video":"a","intervals":[{inner}]}}')
        size += len(videos[-1])
    return head + ",\n".join(videos) + "]}"


GOOD = '{"onset": 11, "offset": 20, "emotion": "negative", "score": 0.5}'
WRONG = '{"onset": 11.5, "offset": "x", "emotoin": "negative", "score": NaN}'
HEAD = "subject,video,onset,offset,emotion\n"

CASES: dict[str, tuple[Callable[[], str | bytes], int, str]] = {
    "valid JSON": (lambda: in_json(GOOD, False), FINE, "no errors"),
    "valid table": (lambda: rows("1,a,11,20,negative\n", HEAD), FINE, "no errors"),
    "all wrong in one video": (lambda: in_json(WRONG, False), FINDINGS, "too-many-errors"),
    "all wrong in many": (lambda: in_json(WRONG, True), FINDINGS, "too-many-errors"),
    "empty objects": (lambda: in_json("{}", False), FINDINGS, "too-many-errors"),
    "unknown subjects": (lambda: in_json(GOOD, True), FINDINGS, "unknown-subject"),
    "duplicate keys": (
        lambda: in_json(GOOD.replace('"offset"', '"onset": 1, "offset"'), True),
        FINDINGS,
        "too-many-errors",
    ),
    "wrong cells": (lambda: rows("1,a,x,y,joy\n", HEAD), FINDINGS, "frame-not-integer"),
    "unknown videos": (
        lambda: HEAD + "".join(f"1,v{index},1,2,negative\n" for index in range(SIZE // 22)),
        FINDINGS,
        "too-many-errors",
    ),
    "wrong log": (lambda: rows("x\n", "2\n"), FINDINGS, "too-many-errors"),
    "one line": (lambda: "a" * SIZE, FINDINGS, "unknown-format"),
    "one text": (lambda: '{"format": "' + "a" * SIZE, FINDINGS, "json-truncated"),
    "one number": (lambda: '{"format": ' + "1" * SIZE + "}", FINDINGS, "number-too-long"),
    "one header": (lambda: HEAD.strip() + ",a" * (SIZE // 2), FINDINGS, "csv-duplicate-column"),
    "brackets": (lambda: "[" * SIZE, FINDINGS, "json-too-deep"),
    "blank lines": (lambda: HEAD + "\n" * SIZE, FINE, "no errors"),
    "noise": (lambda: bytes(range(1, 256)) * (SIZE // 255), FINDINGS, "not-utf8"),
}

WATCHED = """
import contextlib, gc, io, json, resource, sys, time
from pathlib import Path
seconds, names, *options = json.loads(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
from mebench.cli.main import main
found = {}
for name in names:
    sys.argv = ["mebench", "validate", name, *options]
    begin = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()) as out:
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = ended.code or 0
    found[name] = [status, out.getvalue(), time.process_time() - begin]
    gc.unfreeze()
    gc.collect()
# `getrusage` also counts the memory of the parent process.
status = Path("/proc/self/status")
if status.exists():
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0])
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([peak // 1024, found]))
"""


def read_all() -> Any:
    """Return the peak of the memory in MB, and of each file its status, output and seconds."""
    with TemporaryDirectory() as name:
        folder = files(Path(name))
        for case, (make, _, _) in CASES.items():
            content = make()
            content = content.encode() if isinstance(content, str) else content
            assert len(content) >= SIZE * 0.9
            (folder / case).write_bytes(content)
        limit = SECONDS * len(CASES)
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, json.dumps([limit, list(CASES), *SCORED])],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-500:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def results() -> Any:
    return shared_object("large-files", read_all)


@pytest.mark.parametrize("name", CASES)
def test_large_file(results: Any, name: str) -> None:
    _, expected, words = CASES[name]
    status, printed, seconds = results[1][name]
    assert status == expected
    assert words in printed
    assert len(printed) < 20_000, "the report of a bad file fits on a page"
    assert seconds < SECONDS


def test_memory(results: Any) -> None:
    assert results[0] < MEGABYTES
