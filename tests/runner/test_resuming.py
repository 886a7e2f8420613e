"""Resuming: after a kill at any moment, after damage, and never with another run's folds."""

from __future__ import annotations

import json
import random
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mebench.diagnostics import MebenchError
from mebench.runner.scored_run import describe_result, run_baseline
from tests.runner.distribution import simple, write
from tests.runner.running import Bench, carried_out, kill, needs_proc, request, submission

OPTIONS = ("--pause", "0.2", "--curves", "--reach", "2")
SAME = {"pause": 0.0, "curves": True, "reach": 2}


@pytest.fixture(scope="module")
def undisturbed(installed: None, eight: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run without interruptions."""
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    carried_out("steady", eight, folder, SAME)
    return folder


@pytest.fixture(scope="module")
def once(installed: None, four: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a finished run, to be copied."""
    folder = tmp_path_factory.mktemp("once") / "run"
    carried_out("steady", four, folder, SAME)
    return folder


@pytest.fixture
def done(once: Path, tmp_path: Path) -> Path:
    """Return the folder of a finished run."""
    return Path(shutil.copytree(once, tmp_path / "run"))


@needs_proc
def test_kills_at_random_moments_change_nothing(
    bench: Bench, eight: Path, undisturbed: Path
) -> None:
    """After every kill all workers end, and every fold file is complete."""
    bench = replace(bench, data=eight)
    draws = random.Random(11)
    resume: tuple[str, ...] = ()
    for _ in range(6):
        process = bench.start(
            bench.command("steady", *OPTIONS, "-o", "run", "--jobs", "2", *resume)
        )
        time.sleep(draws.uniform(0.4, 1.6))
        kill(process)
        assert bench.nothing_left() == []
        resume = ("--resume",)
        for file in (bench.folder / "run").glob("folds/*.json"):
            assert json.loads(file.read_bytes())["seal"]
    done = bench.run("steady", *OPTIONS, "-o", "run", *resume)
    assert done.status == 0
    assert "damaged" not in done.err
    folder = bench.folder / "run"
    assert submission(folder) == submission(undisturbed)
    for name in ("curves.npz", "report.json"):
        assert (folder / name).read_bytes() == (undisturbed / name).read_bytes()


@pytest.mark.usefixtures("installed")
def test_a_killed_worker_loses_only_its_fold(
    eight: Path, tmp_path: Path, undisturbed: Path
) -> None:
    options = {**SAME, "pause": 0.12, "die_once": str(tmp_path / "dead")}
    with pytest.raises(MebenchError) as caught:
        carried_out("steady", eight, tmp_path / "run", options, jobs=2)
    [one] = caught.value.diagnostics
    assert one.code == "worker-died"
    assert "SIGKILL" in one.message
    assert len(list((tmp_path / "run" / "folds").glob("*.json"))) == 7
    finished = carried_out("steady", eight, tmp_path / "run", options, resume=True)
    assert (finished.done, finished.discarded) == (8, [])
    assert submission(tmp_path / "run") == submission(undisturbed)


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def nested(content: bytes) -> bytes:
    return b"[" * 200_000


def halved(content: bytes) -> bytes:
    return content[: len(content) // 2]


def emptied(content: bytes) -> bytes:
    return b""


def exchanged(content: bytes) -> bytes:
    return re.sub(rb'"fold": \d', b'"fold": 9', content)


def recounted(content: bytes) -> bytes:
    return json.dumps({**json.loads(content), "clipped": 9}).encode()


DAMAGES = [
    *((".json", one) for one in (flipped, nested, halved, emptied, exchanged, recounted)),
    *((".npz", one) for one in (flipped, halved, emptied)),
]
"""What is damaged, and how: one per fold."""


@pytest.mark.usefixtures("installed")
def test_damaged_folds_are_run_again(tmp_path: Path) -> None:
    data, run = write(tmp_path / "data", simple(len(DAMAGES) + 1, videos=1)), tmp_path / "run"
    carried_out("steady", data, run, SAME)
    before = submission(run), (run / "curves.npz").read_bytes()
    contents = {}
    for number, (ending, damage) in enumerate(DAMAGES):
        file = run / "folds" / f"{number:03d}{ending}"
        contents[file] = damage(file.read_bytes())
        file.write_bytes(contents[file])
    finished = carried_out("steady", data, run, SAME, resume=True)
    assert finished.discarded == list(range(len(DAMAGES)))
    assert before == (submission(run), (run / "curves.npz").read_bytes())
    for file, content in contents.items():
        assert file.read_bytes() != content, file


def test_the_command_reports_that_a_fold_was_run_again(bench: Bench, done: Path) -> None:
    file = done / "folds" / "001.json"
    file.write_bytes(flipped(file.read_bytes()))
    again = bench.here("steady", "--curves", "--reach", "2", "-o", done, "--resume")
    assert again.status == 0
    assert "The stored result of fold 1 was damaged; the fold was run again." in again.err


@pytest.mark.parametrize(
    ("options", "more", "word"),
    [
        ({}, {"seed": 1}, "seed: 0 in the folder, 1 now"),
        ({"count": 3}, {}, "options"),
        ({"pause": 0.01}, {}, "options"),
    ],
)
def test_another_run_does_not_use_these_folds(
    four: Path, done: Path, options: dict[str, Any], more: dict[str, Any], word: str
) -> None:
    for way in ({"resume": True}, {"selection": "0"}):
        with pytest.raises(MebenchError) as caught:
            carried_out("steady", four, done, {**SAME, **options}, **more, **way)
        [one] = caught.value.diagnostics
        assert one.code == "run-differs"
        assert word in one.message


def test_another_version_or_truth_is_another_run(
    four: Path, eight: Path, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MebenchError, match=r"run-differs.*material"):
        carried_out("steady", eight, done, SAME, resume=True)
    asked = request("steady", four, done, SAME, resume=True)
    monkeypatch.setattr(asked.baseline, "version", "4")
    with pytest.raises(MebenchError, match=r"baseline version: 3 in the folder, 4 now"):
        run_baseline(asked)


def test_nothing_is_overwritten(four: Path, done: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in done.rglob("*.json")}
    with pytest.raises(MebenchError, match="run-exists"):
        carried_out("steady", four, done, SAME)
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_resuming_a_finished_run_starts_no_worker(four: Path, done: Path) -> None:
    for log in (done / "logs").iterdir():
        log.unlink()
    before = submission(done)
    asked = request("steady", four, done, SAME, resume=True)
    result = run_baseline(asked)
    assert submission(done) == before
    assert result.kept == result.folds == 4
    assert "4 of 4 folds were finished by an earlier run" in describe_result(asked, result)
    assert list((done / "logs").iterdir()) == []


@pytest.mark.usefixtures("installed")
def test_a_folder_of_other_things_is_left_alone(four: Path, tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "thesis.tex").write_text("precious")
    with pytest.raises(MebenchError, match="not-a-run"):
        carried_out("steady", four, folder, resume=True)
    assert [file.name for file in folder.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", "[" * 100_000, "\udc80"])
@pytest.mark.usefixtures("installed")
def test_a_plan_that_cannot_be_read_is_no_run(four: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "plan.json").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(MebenchError, match="not-a-run"):
        carried_out("steady", four, tmp_path / "run", resume=True)
