"""Odd names, many subjects, odd terminals and folders: an answer or a code, no traceback."""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from mebench.diagnostics import MebenchError
from tests.runner.distribution import expression, simple, truth, write
from tests.runner.running import Bench, carried_out, finished, submission

ODD = [
    "a/b",
    "../../up",
    "tabs\tand spaces ",
    "[/bold] [red]",
    "%s {name} $HOME",
    "Ä \u202eback \U0001f600",
    "-o",
    "x" * 190,
    "CON",
    ".",
]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set in which every id is odd."""
    videos = {
        (subject, video): [expression(3, 12)]
        for place, subject in enumerate(ODD)
        for video in (ODD[place - 1], "b/c")
    }
    return write(tmp_path_factory.mktemp("odd"), truth(videos))


@pytest.mark.usefixtures("installed")
def test_odd_names_pass_through(odd: Path, tmp_path: Path) -> None:
    carried_out("steady", odd, tmp_path / "run", {"curves": True})
    carried_out("prepared", odd, tmp_path / "prepared")
    document = json.loads(submission(tmp_path / "run"))
    assert [fold["test"][0] for fold in document["folds"]] == ODD
    assert len(document["videos"]) == 2 * len(ODD)
    inside = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")}
    assert inside == {"run", "prepared", "store"}


@pytest.mark.parametrize("fault", ["raise", "several", "quit"])
@pytest.mark.usefixtures("installed")
def test_what_goes_wrong_with_odd_names_is_said(odd: Path, tmp_path: Path, fault: str) -> None:
    selection = "1-3" if fault == "quit" else None  # each takes a worker
    with pytest.raises(MebenchError) as caught:
        carried_out("faulty", odd, tmp_path / "run", {"fault": fault}, selection=selection)
    code = {"raise": "baseline-raised", "several": "baseline-answer", "quit": "worker-died"}[fault]
    assert {one.code for one in caught.value.diagnostics} == {code}
    if fault == "raise":
        logs = list((tmp_path / "run" / "logs").glob("fold-*.txt"))
        assert len(logs) == len(ODD)
        assert {one.remedy for one in caught.value.diagnostics} == {
            f"The traceback is in {log}." for log in logs
        }


def test_the_terminal_is_not_moved_by_names(bench: Bench, odd: Path) -> None:
    done = replace(bench, data=odd).here("faulty", "--fault", "raise", "-o", "run")
    assert done.status == 1
    assert not any(sign in done.err for sign in "\t\r\x1b\u202e")


@pytest.mark.usefixtures("installed")
def test_a_hundred_subjects(tmp_path: Path) -> None:
    data = write(tmp_path / "data", simple(100, videos=1))
    finished = carried_out("random", data, tmp_path / "run", jobs=2)
    assert (finished.done, finished.folds) == (100, 100)
    assert finished.report is not None
    assert len(list((tmp_path / "run" / "folds").iterdir())) == 100


@pytest.mark.skipif(os.name != "posix", reason="the streams are closed by a POSIX shell")
@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-"])
def test_closed_streams(bench: Bench, closed: str) -> None:
    command = shlex.join(bench.command("faulty", "--fault", "shout", "-o", "run"))
    done = finished(bench.start(["bash", "-c", f"{command} {closed}"]))
    assert done.status == 0
    assert "STRS" in done.out
    logs = b"".join(one.read_bytes() for one in (bench.folder / "run" / "logs").iterdir())
    assert b"and complaints" in logs
    json.loads(submission(bench.folder / "run"))


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is one of POSIX systems")
@pytest.mark.parametrize("terminal", ["dumb", "xterm-256color"])
def test_on_a_terminal(bench: Bench, terminal: str) -> None:
    """The bar takes what a baseline reports as text, not as markup."""
    import pty

    command = bench.command("faulty", "--fault", "flood", "--on", "s1", "-o", "run")
    mine, theirs = pty.openpty()
    process = bench.start(["env", f"TERM={terminal}", *command], stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(mine, 65536):
            shown += piece
    except OSError:  # how a pseudo-terminal says that the other side is closed
        pass
    os.close(mine)
    assert finished(process).status == 0
    assert b"Traceback" not in shown
    assert b"4/4" in shown


def test_no_home_hardly_an_environment_and_files_named_as_modules(bench: Bench, home: Path) -> None:
    """Files of the folder do not stand in for modules."""
    for name in ("random", "json", "numpy", "selectors", "trials", "mebench"):
        (bench.folder / f"{name}.py").write_text("raise SystemExit('in the way')")
    options = ("-o", "run", "--store", "kept")
    path = os.environ.get("PYTHONPATH", "")
    bare = f"PYTHONPATH={home}{os.pathsep}{path}"
    done = finished(bench.start(["env", "-i", bare, *bench.command("prepared", *options)]))
    assert done.status == 0


@pytest.mark.skipif(os.name != "posix", reason="links need a right of their own elsewhere")
def test_relative_paths_and_links(bench: Bench, four: Path) -> None:
    (bench.folder / "real").mkdir()
    (bench.folder / "link").symlink_to("real")
    (bench.folder / "data").symlink_to(four)
    bench = replace(bench, data=Path("data"))
    assert bench.here("prepared", "-o", "link", "--store", "kept").status == 0
    assert (bench.folder / "real" / "predictions.json").is_file()
    assert list((bench.folder / "kept").rglob("*.npz"))
    (bench.folder / "nowhere").symlink_to("gone/away")
    assert "[cannot-write]" in bench.here("steady", "-o", "nowhere").err
    assert not (bench.folder / "gone").exists()


def test_without_further_options_it_runs_on_the_synthetic_set(bench: Bench) -> None:
    done = bench.mebench("run-baseline", "random")
    assert done.status == 0
    assert "random on synthetic under synthetic-str@1: 8 folds, 16 videos" in done.err
    scored = bench.mebench("score", "runs/random-synthetic-str/predictions.json")
    assert scored.status == 0
