"""Every command shows what is invisible, and no name from outside starts a line of its own.

The commands are those of the application, so a new one fails here until it is listed. Each is run
on files, folders, ids, labels, systems and titles whose names try to control the terminal.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from mebench import cli
from mebench.cli.main import app
from mebench.diagnostics.escaping import is_visible
from mebench.util.resources import shared_folder
from tests.cli.running import FINDINGS, FINE, Run, mebench, mebench_process
from tests.datasets.material import frame_folder
from tests.evaluation.documents import interval, submission, truth, write
from tests.leaderboard.made import SYNTHETIC, synthetic_truth
from tests.leaderboard.made import submission as synthetic_submission

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")

EVIL = (
    "\x1b]0;t\x07\x1b[31m\u202e\u2066\x9b1m\x7f`\u3164\ufe0f\u200b`\r\nFORGED |\u2028<b>$x_%&[*\x85"
)
"""A title of the window, a color, reversed text, fillers, code marks, line ends, markup."""

PROTOCOL = f"""
id = "toy@1"
title = {json.dumps(EVIL)}
description = {json.dumps(EVIL)}
task = "spot-then-recognize"
targets = ["micro"]
classes = ["negative", {json.dumps(EVIL)}]
folds = "any"
[[datasets]]
id = "toy"
"""

PUBLISHED = f"""
format = "mebench-published/1"
protocol = "{SYNTHETIC}"
[[rows]]
id = "a"
method = {json.dumps(EVIL)}
source = {json.dumps(EVIL)}
link_text = {json.dumps(EVIL)}
caveats = [{json.dumps(EVIL)}]
[rows.values.headline]
uf1 = "0.9"
analysis_f1 = "0.1"
"""


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the path of every command of the application."""
    group = group or typer.main.get_command(app)
    context = typer.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name))


SCORED = ("--truth", f"{EVIL}t.json", "--protocol", f"{EVIL}.toml")
P, OTHER, BAD = f"{EVIL}p.json", f"{EVIL}other.json", f"{EVIL}bad.json"
ROOT, IDS = (("generic", "--root", f"generic={EVIL}{name}") for name in ("data", "ids"))
VIDEO = ("--subject", "s", "--video", "a")
BOARDS = ("--boards", f"{EVIL}boards")
OUT = ("-o", f"{EVIL}new")
PICTURES = ("-o", f"{EVIL}pictures")
DATES = ("--start", "2026-06-01", "--end", "2026-06-30")
LAYOUTS = ("table", "markdown", "latex", "csv", "json")

RUNS: dict[str, list[tuple[str, ...]]] = {
    "score": [
        (BAD, *SCORED),
        ("absent" + EVIL, *SCORED),
        (P, *SCORED, "--sort", EVIL, f"--{EVIL}"),
        (P, OTHER, *SCORED, "--sort", EVIL),
        (P, *SCORED, *OUT),
        (P, "--truth", EVIL, "--protocol", EVIL, "--outside-as", EVIL),
        (P, *SCORED, "--outside-as", EVIL, "--score-threshold", EVIL),
        (P, *SCORED, "--mapping", EVIL, "--columns", EVIL),
        (P, *SCORED, "--label", f"{EVIL}={EVIL}", "--kind-value", f"{EVIL}={EVIL}", "--fps", EVIL),
        (f"{EVIL}.csv", *SCORED, "--columns", f"video={EVIL}".replace(",", "")),
        *((P, *SCORED, "--format", layout) for layout in LAYOUTS),
        *((P, *SCORED, "--by", "video", "--format", layout) for layout in LAYOUTS),
        *((P, OTHER, *SCORED, "--format", layout) for layout in LAYOUTS),
    ],
    "validate": [
        (P, BAD, "absent" + EVIL, f"{EVIL}.csv", *SCORED),
        (BAD, *SCORED, "--format", "json"),
        (BAD, P, *SCORED, "--format", "github"),
        (f"{EVIL}t.json",),
    ],
    "inspect": [
        (f"{EVIL}.csv", *SCORED),
        (f"{EVIL}names.csv", *SCORED),
        (f"{EVIL}names.csv", *SCORED, *OUT),
        *((name, *SCORED) for name in (P, BAD, EVIL)),
    ],
    "template": [("--protocol", EVIL), ("--protocol", f"{EVIL}.toml", *SCORED[:2])],
    "convert predictions": [(P, *SCORED, *OUT), (BAD, *SCORED, *OUT), (EVIL, *SCORED, *OUT)],
    "convert truth": [(f"{EVIL}t.json", *SCORED[2:], *OUT), (BAD, *SCORED[2:], *OUT)],
    "merge": [(P, OTHER), (EVIL, P)],
    "verify": [
        (f"{EVIL}report.json", "--predictions", P, *SCORED),
        (f"{EVIL}report.json", "--predictions", OTHER, *SCORED),
        (f"{EVIL}report.json", "--predictions", OTHER, *SCORED, "--format", "github"),
        (EVIL, "--predictions", P, *SCORED),
    ],
    "diagnose": [
        *((name, *SCORED) for name in (P, BAD, EVIL)),
        (P, *SCORED, "--curves", EVIL),
        *((P, *SCORED, "--errors", "--by", "subject", "--format", layout) for layout in LAYOUTS),
    ],
    "compare": [
        (P, BAD, *SCORED),
        (P, EVIL, *SCORED),
        (P, OTHER, *SCORED, "--metrics", EVIL),
        (P, OTHER, *SCORED, "--group", EVIL),
        *((P, OTHER, *SCORED, "--format", layout) for layout in LAYOUTS),
    ],
    "power": [
        (P, *SCORED, "--trials", "200", *OUT),
        (EVIL, *SCORED),
        ("--truth", EVIL, "--protocol", EVIL),
        (P, *SCORED, "--trials", "200", "--plot", EVIL),
    ],
    "report": [
        (P, *SCORED, "-o", f"{EVIL}.html"),
        (P, *SCORED, "-o", EVIL),
        (P, *SCORED, "--compare", EVIL, "-o", "r.html"),
        (P, *SCORED, "--curves", EVIL, "-o", "r.html"),
    ],
    **{
        f"plot {kind}": [(P, *SCORED, "-o", EVIL), (EVIL, *SCORED, "-o", f"{EVIL}.svg")]
        for kind in ("timeline", "pr", "f1-iou", "forest", "diagnosis", "durations")
    },
    "audit": [
        (f"{EVIL}rows.toml",),
        (EVIL,),
        *((f"{EVIL}rows.toml", "--format", layout) for layout in ("markdown", "json")),
    ],
    "blind": [(f"{EVIL}t.json",), (EVIL,)],
    "challenge init": [
        (f"{EVIL}challenge", *SCORED, *DATES, "--title", "x" + EVIL.replace("\x1b", "")),
        (f"{EVIL}challenge", *SCORED, *DATES),
        (f"{EVIL}other", *SCORED, "--start", EVIL, "--end", EVIL),
        (f"{EVIL}other", "--truth", EVIL, "--protocol", EVIL, *DATES),
    ],
    "challenge pack": [(f"{EVIL}challenge",), (EVIL,), (EVIL, *OUT)],
    "stress": [
        (EVIL,),
        ("random", "--factors", EVIL),
        ("random", "--levels", f"noise={EVIL}", "--factors", "noise"),
        ("random", "--protocol", EVIL),
        ("random", f"--{EVIL}", EVIL),
        ("random", "--factors", "noise", "--levels", "1.5", "--videos", "1", "--jobs", "1", *OUT),
    ],
    "run-baseline": [
        ("--list",),
        (EVIL, "--list"),
        ("empty", "--protocol", EVIL),
        ("empty", f"--{EVIL}", EVIL),
        ("empty", "--dataset", EVIL, "--root", f"generic={EVIL}"),
        (
            *("empty", "--dataset", "generic", "--protocol", f"{EVIL}g.toml"),
            *("--root", f"generic={EVIL}data", "--jobs", "1", "-o", f"{EVIL}run"),
        ),
    ],
    "spot": [(EVIL, "--weights", EVIL), (EVIL, "--baseline", EVIL, "--weights", EVIL)],
    "plot confusion": [
        (f"{EVIL}report.json", "-o", f"{EVIL}.png"),
        (EVIL, "-o", f"{EVIL}.svg"),
        (P, "-o", EVIL),
    ],
    "plot curves": [
        (f"{EVIL}drawn", *SCORED[:2], *PICTURES, "--format", "svg"),
        (f"{EVIL}drawn", *PICTURES, "--video", EVIL),
        (EVIL, *PICTURES),
    ],
    "leaderboard list": [BOARDS, ("--boards", EVIL)],
    "leaderboard build": [
        (*BOARDS, "--check"),
        BOARDS,
        (EVIL, *BOARDS),
        (*BOARDS, "--truth", EVIL),
        ("--boards", EVIL),
    ],
    "leaderboard add": [
        (f"{EVIL}entry.json", *BOARDS, "--name", "row", "--reason", EVIL, "--caveat", EVIL),
        (f"{EVIL}entry.json", *BOARDS, "--name", EVIL, "--dry-run", "--method", EVIL),
        (f"{EVIL}entry.json", *BOARDS, "--truth", f"{EVIL}={EVIL}"),
        (P, *BOARDS),
    ],
    "leaderboard remove": [
        (EVIL, "--protocol", SYNTHETIC, "--reason", EVIL, *BOARDS),
        ("row", "--protocol", EVIL, "--reason", EVIL, *BOARDS),
    ],
    "leaderboard rescore": [(EVIL, "--protocol", SYNTHETIC, "--reason", EVIL, *BOARDS)],
    "protocols show": [(f"{EVIL}.toml",), (f"{EVIL}.toml", "--format", "json"), (EVIL,)],
    "protocols new": [
        ("--id", EVIL, "--title", EVIL, "--task", "spot", "--dataset", EVIL),
        ("--id", "a@1", "--title", EVIL, "--task", "spot", "--dataset", EVIL),
        ("--id", "a@1", "--title", "t", "--task", "recognize", "--class", EVIL, "--label", EVIL),
    ],
    "datasets show": [ROOT, IDS, (EVIL,), ("generic", "--root", EVIL)],
    "datasets check": [
        ROOT,
        IDS,
        (*ROOT, "--format", "json"),
        ("generic", "--root", EVIL),
        (EVIL,),
    ],
    "datasets repairs": [ROOT, (EVIL,), ("casme2", "--without-repair", EVIL)],
    "datasets where": [(), ("--format", "json")],
    "datasets export-truth": [ROOT, IDS, (*ROOT, *OUT), (EVIL,), ("--protocol", EVIL)],
    "datasets preview": [
        (*ROOT, *VIDEO, "-o", f"{EVIL}.png"),
        (*ROOT, *VIDEO, "-o", EVIL),
        (*ROOT, "--subject", "x", "--video", EVIL, "-o", f"{EVIL}.png"),
    ],
    "datasets cache": [(*ROOT, "--yes"), (*ROOT, "--remove"), (EVIL,)],
    "synth": [("-o", P, "--subjects", "1", "--seconds", "1"), ("-o", EVIL, "--format", EVIL)],
    "schema": [(), (EVIL,)],
    "explain": [(), (EVIL,)],
    "conformance": [(f"{EVIL}vectors",), (EVIL,)],
    "demo": [(), ("--write", f"{EVIL}demo"), ("--write", P)],
}


def documents() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a truth and predictions in which everything is named so."""
    true = truth({"s/a": [interval(10, 20, EVIL)], "s/b": [interval(30, 40)]})
    predicted = submission({"s/a": [interval(10, 20, EVIL, score=0.5)]})
    predicted["system"] = {"name": EVIL, "version": EVIL, "authors": [EVIL], "url": EVIL}
    for document in (true, predicted):
        for video in document["videos"]:
            video["subject"] = EVIL
            video["video"] = EVIL if video["video"] == "a" else "b" + EVIL
    return true, predicted


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files of all commands."""
    home = tmp_path_factory.mktemp("hostile")
    true, predicted = documents()
    write(home, f"{EVIL}.toml", PROTOCOL)
    write(home, f"{EVIL}g.toml", PROTOCOL.replace('id = "toy"', 'id = "generic"'))
    write(home, f"{EVIL}t.json", true)
    write(home, P, predicted)
    write(home, OTHER, {**predicted, "system": {"name": "b" + EVIL}})
    bad = {**predicted, EVIL: 1, "folds": [{"test": [EVIL, "x" + EVIL]}]}
    rows = [interval(30, 20, "c" + EVIL[:50]), interval(1, 2, "negative", **{EVIL: 1})]
    bad["videos"] = [{"subject": "c" + EVIL, "video": EVIL, "intervals": rows}]
    write(home, BAD, bad)
    write(home, f"{EVIL}.csv", f'subject,video,onset,offset,"{EVIL}",emotoin\n1,2,x,y,z,w\n')
    with (home / f"{EVIL}names.csv").open("w", encoding="utf-8", newline="") as stream:
        rows_: list[list[Any]] = [
            ["sub", "clip", "start", "end", "label", f"x{EVIL}"],
            ["s", EVIL, 1, 9, EVIL, EVIL],
        ]
        csv.writer(stream).writerows(rows_)
    write(home, f"{EVIL}rows.toml", PUBLISHED)
    run = mebench(home, "score", P, *SCORED, "--format", "json", "-o", f"{EVIL}report.json")
    assert run.status == FINE, run.said
    (home / f"{EVIL}drawn").mkdir()
    shutil.copyfile(home / P, home / f"{EVIL}drawn" / "predictions.json")
    (home / f"{EVIL}vectors").mkdir()
    vector = next(iter(sorted(shared_folder("conformance").glob("*.json"))))
    content = json.loads(vector.read_text(encoding="utf-8"))
    write(home / f"{EVIL}vectors", f"{EVIL}.json", {**content, "title": EVIL, EVIL: EVIL})
    content["expected"]["counts"] = {EVIL: EVIL}
    write(home / f"{EVIL}vectors", f"{EVIL}failing.json", {**content, "title": EVIL})
    board = home / f"{EVIL}boards" / SYNTHETIC
    board.mkdir(parents=True)
    write(board, "published.toml", PUBLISHED)
    entry = synthetic_submission(EVIL, truth=synthetic_truth())
    write(home, f"{EVIL}entry.json", entry)
    (board / "entries").mkdir()
    write(board / "entries", f"{EVIL}.json", entry)
    for name, subject, videos in (("ids", EVIL, (EVIL, f"b{EVIL}")), ("data", "s", ("a", "b"))):
        data = home / f"{EVIL}{name}"
        for video, row in zip(videos, true["videos"], strict=True):
            frame_folder(data / "frames" / subject / video, range(50))
            row |= {"subject": subject, "video": video, "n_frames": 50}
        write(data, "truth.json", {**true, "dataset": "generic"})
        write(data, "dataset.toml", f"title = {json.dumps(EVIL)}\nfps = 25\n")
    return home


def check(run: Run) -> None:
    """Check that nothing is invisible, and that no line begins with what a name contains."""
    for line in (run.out + run.err).split("\n"):
        assert is_visible(line), line
        assert not line.lstrip().startswith("FORGED"), line


def test_every_command_is_listed() -> None:
    assert set(RUNS) == set(commands())


@pytest.mark.parametrize("command", RUNS)
def test_output_of(
    folder: Path, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEBENCH_CACHE", str(tmp_path / EVIL))
    said = ""
    for arguments in RUNS[command]:
        run = mebench(folder, *command.split(), *arguments)
        check(run)
        said += run.out + run.err
    if command not in ("schema", "demo", "datasets where", "datasets repairs"):
        assert "\\x1b" in said or "\\u001b" in said, "the names are shown, not left out"


def test_one_module_prints() -> None:
    folder = Path(cli.__file__).parent
    printing = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r"\b(?:typer|click)\.s?echo\(|\bprint\(", path.read_text(encoding="utf-8"))
    }
    assert printing == {"output.py", "main.py"}, "echo and echo_text of mebench.cli.output print"


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_the_streams_are_the_last_door(folder: Path, encoding: str) -> None:
    """Typer writes past a stream with a narrow encoding, unless it is kept from that."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    run = mebench_process(folder, "score", P, f"--{EVIL}", env=environment)
    check(run)
    assert "No such option" in run.err and "\\x1b" in run.err


def test_groups_of_commands(folder: Path) -> None:
    for group in ("leaderboard", "protocols", "datasets", "convert", "plot", EVIL):
        check(mebench(folder, group))
        check(mebench(folder, group, EVIL))


def test_boards_of_such_names(folder: Path, tmp_path: Path) -> None:
    """All tables that a build writes; the page shows texts that a script sets."""
    mebench(folder, "leaderboard", "build", *BOARDS, "-o", tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in written} >= {".md", ".tex", ".csv", ".json", ".html"}
    for path in written:
        check(Run(FINDINGS, path.read_text(encoding="utf-8"), ""))
