"""Folders of boards from somebody else: names, links and pipes; and several commands at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import shlex
import time
from pathlib import Path

import pytest

from mebench.diagnostics import UsageError
from mebench.leaderboard import board_folder, edit_board
from mebench.leaderboard.board_folder import lock_boards
from tests.leaderboard.made import SYNTHETIC, Boards, submission
from tests.leaderboard.test_changing import remove, rescore

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")


def add_at_once(root: Path, file: Path, start: float) -> None:
    """Add an entry when all others do."""
    preview = edit_board.preview_entry(root, file, {})
    time.sleep(max(0.0, start - time.time()))
    edit_board.add(preview, "at once")


def test_eight_commands_at_once_lose_nothing(boards: Boards) -> None:
    files = [
        boards.write(f"{number}.json", submission(f"method {number}", number + 1))
        for number in range(8)
    ]
    start = time.time() + 2
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=add_at_once, args=(boards.root, file, start)) for file in files
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 8
    names = {f"method-{number}" for number in range(8)}
    assert {line["name"] for line in boards.log()} == names and len(boards.log()) == 8
    assert boards.build().status == 0
    assert set(boards.rows()) == names
    assert not list(boards.root.rglob(".mebench-*"))


def test_the_same_entry_at_once_is_added_once(boards: Boards) -> None:
    """The preview of the second does not know of the first."""
    file = boards.write("p.json", submission())
    first, second = (edit_board.preview_entry(boards.root, file, {}) for _ in range(2))
    edit_board.add(first, "first")
    before = boards.tree()
    with pytest.raises(UsageError, match="entry-exists"):
        edit_board.add(second, "second")
    assert boards.tree() == before


def test_a_lock_that_is_held(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    boards.added(submission())
    monkeypatch.setattr(board_folder, "LOCK_SECONDS", 0.1)
    before = boards.tree()
    with lock_boards(boards.root):
        for run in (
            boards.add(submission("another", 3)),
            remove(boards, "a-method"),
            rescore(boards, "a-method"),
            boards.build(),
        ):
            assert (run.status, run.codes()) == (2, {"boards-locked"})
    assert boards.tree() == before
    assert boards.build().status == 0


NAMES = [
    "../../../victim",
    "..",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "$(touch pwned)",
    "a b",
    "",
    "a\x00b",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("verb", ["build", "remove"])
def test_names_in_a_log_stay_in_the_folder(boards: Boards, name: str, verb: str) -> None:
    victim = boards.write("victim.json", {"of": "somebody"})
    boards.added(submission())
    line = {**boards.log()[0], "name": name}
    with (boards.board() / "log.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    run = boards.build() if verb == "build" else remove(boards, name)
    assert run.status in {1, 2}
    assert run.codes() == {"log-damaged"}
    assert victim.exists()
    assert "touch" not in run.said


@pytest.mark.parametrize("name", ["$(touch pwned)", "a b;c", "-x", "UPPER", "con"])
def test_file_names_that_are_no_names(boards: Boards, name: str) -> None:
    """They are refused, and no command line shows them without quotes."""
    boards.added(submission())
    for folder in ("submissions", "entries"):
        source = boards.board() / folder / "a-method.json"
        (boards.board() / folder / f"{name}.json").write_bytes(source.read_bytes())
    run = boards.build()
    assert (run.status, run.codes()) == (1, {"bad-entry-name"})
    assert boards.rows() == ["a-method"]
    commands = [part for part in run.said.split("mebench ")[1:] if name in part]
    assert all(shlex.quote(name) in command for command in commands)
    for other in (remove(boards, name), rescore(boards, name)):
        assert other.status == 2 and not other.said.count("Traceback")
    assert (boards.board() / "entries" / f"{name}.json").exists()


def outside(boards: Boards) -> Path:
    """Write a file that is not part of the boards."""
    return boards.write("victim", "of somebody")


PLACES = ["board.md", "board.csv", "board.tex", "board.json", "../README.md", "../index.html"]


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_tables_are_not_written_through_links(boards: Boards, kind: str) -> None:
    """All of them are named, and nothing is written."""
    victim = outside(boards)
    boards.added(submission())
    for place in PLACES:
        path = boards.board() / place
        path.symlink_to(victim) if kind == "link" else os.mkfifo(path)
    before = {path: path.lstat().st_mtime_ns for path in boards.root.rglob("*")}
    run = boards.build()
    assert (run.status, run.codes()) == (1, {"irregular-file"})
    for place in PLACES:
        assert Path(place).name in run.said
    after = {path: path.lstat().st_mtime_ns for path in boards.root.rglob("*")}
    assert {path for path in after if after[path] != before.get(path)} <= {boards.root / ".lock"}
    assert victim.read_text() == "of somebody"


@pytest.mark.parametrize("place", ["log.jsonl", "published.toml", "../.lock"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_a_board_reads_is_no_link(boards: Boards, place: str, kind: str) -> None:
    victim = outside(boards)
    boards.added(submission())
    path = boards.board() / place
    path.unlink(missing_ok=True)
    path.symlink_to(victim) if kind == "link" else os.mkfifo(path)
    for run in (
        boards.build(),
        boards.add(submission("another", 3)),
        remove(boards, "a-method"),
        rescore(boards, "a-method"),
    ):
        assert run.status in {1, 2}
        assert run.codes() == {"irregular-file"}, run.said
    assert victim.read_text() == "of somebody"
    assert (boards.board() / "entries" / "a-method.json").exists()


@pytest.mark.parametrize("place", ["", "submissions", "entries"])
def test_a_folder_is_no_link(boards: Boards, place: str) -> None:
    other = boards.folder / "other"
    other.mkdir()
    boards.added(submission())
    path = boards.board() / place
    path.rename(boards.folder / "moved")
    path.symlink_to(other)
    for run in (boards.build(SYNTHETIC), boards.add(submission("another", 3))):
        assert run.status in {1, 2} and run.codes() == {"irregular-file"}, run.said
    assert list(other.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
@pytest.mark.parametrize("folder", ["submissions", "entries"])
def test_an_irregular_file_of_an_entry_keeps_only_it_off(
    boards: Boards, folder: str, kind: str
) -> None:
    victim = outside(boards)
    boards.added(submission("one", 3))
    boards.added(submission("two", 4))
    path = boards.board() / folder / "one.json"
    path.unlink()
    if kind == "link":
        path.symlink_to(victim)
    else:
        (os.mkfifo if kind == "pipe" else Path.mkdir)(path)
    run = boards.build()
    assert (run.status, run.codes()) == (1, {"irregular-file"})
    assert {"link": "a symbolic link", "pipe": "a named pipe", "folder": "a folder"}[
        kind
    ] in run.said
    assert boards.rows() == ["two"]
    assert rescore(boards, "one").codes() == {"irregular-file"}
    again = boards.add(submission("one", 3))
    assert again.codes() <= {"irregular-file", "entry-exists"} and again.codes()
    removed = remove(boards, "one")
    assert removed.codes() == ({"cannot-write"} if kind == "folder" else set())
    assert victim.read_text() == "of somebody"


def test_predictions_from_a_pipe_are_refused(boards: Boards) -> None:
    os.mkfifo(boards.folder / "pipe")
    run = boards.type("leaderboard", "add", "pipe")
    assert (run.status, run.codes()) == (2, {"irregular-file"})
    (boards.folder / "link").symlink_to(boards.write("p.json", submission()))
    assert boards.type("leaderboard", "add", "link").status == 0, "the user named it"


def test_incomplete_files_of_killed_commands_are_removed(boards: Boards) -> None:
    boards.added(submission())
    left = [
        boards.root / folder / ".mebench-0123456789abcdef"
        for folder in ("", SYNTHETIC, f"{SYNTHETIC}/entries", f"{SYNTHETIC}/submissions")
    ]
    for path in left:
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    young = boards.board() / ".mebench-1-fedcba9876543210"
    young.write_bytes(b"half")
    assert boards.build("--check").status == 1
    assert all(path.exists() for path in left), "a check changes nothing"
    assert boards.build().status == 0
    assert [path for path in left if path.exists()] == []
    assert young.exists()
