"""What a fold keeps, another does not see: baselines that cheat find nothing."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from mebench.datasets.registry import open_dataset
from mebench.diagnostics import MebenchError
from mebench.runner import Runner
from mebench.runner.isolation_check import check_isolation
from mebench.runner.processes.worker_process import remove_stale_folders
from mebench.runner.registry import baseline_class
from mebench.runner.types import FoldResult
from mebench.runner.weights import train_final
from mebench.util.array_store import Store
from tests.runner.running import Bench, carried_out, request, submission

pytestmark = pytest.mark.usefixtures("installed")

CHEATS = ("remembering", "keeping", "searching")


def intervals(folder: Path) -> int:
    videos = json.loads(submission(folder))["videos"]
    return sum(len(video["intervals"]) for video in videos)


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_finds_nothing(two: Path, tmp_path: Path, name: str) -> None:
    """Not in a process, in the store, or around it; also not the second time."""
    carried_out(name, two, tmp_path / "two", jobs=2)
    assert intervals(tmp_path / "two") == 0, logs(tmp_path / "two")
    assert isolation(tmp_path / "two") == {"process-per-fold"}
    if name != "searching":  # slow, and the same in every process
        carried_out(name, two, tmp_path / "one", jobs=1)
        assert submission(tmp_path / "one") == submission(tmp_path / "two")


def logs(folder: Path) -> str:
    return "".join(file.read_text() for file in (folder / "logs").iterdir())


def isolation(folder: Path) -> set[str]:
    """Return what the manifest and the submission of a run state."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return {manifest["plan"]["isolation"], json.loads(submission(folder))["system"]["isolation"]}


def test_the_cheats_work_where_they_are_let(four: Path, tmp_path: Path) -> None:
    """A test that cannot fail is none: with a shared process the memory is worth something."""
    carried_out("remembering-declared", four, tmp_path / "run", jobs=1)
    assert intervals(tmp_path / "run") == 6  # of 8: the first fold remembers nobody
    assert isolation(tmp_path / "run") == {"shared-process"}


def test_on_the_rendered_faces(bench: Bench) -> None:
    """Their videos are rendered from scripts with all annotations."""
    place = ("--dataset", "synthetic", "--folds", "0", "--jobs", "1", "-o", "run")
    ended = bench.mebench("run-baseline", "searching", "--unread", *place)
    assert ended.status == 0, ended.err
    result = json.loads((bench.folder / "run" / "folds" / "000.json").read_bytes())
    assert [row["intervals"] for row in result["data"]["videos"]] == [[], []]
    # What a worker is sent of a frame, had it read one, are the pixels and nothing else.
    assert type(open_dataset("synthetic").videos()[0].frame(0)) is np.ndarray


def test_final_weights_do_not_reach_a_fold(two: Path, tmp_path: Path) -> None:
    """`train` sees every annotation: what it puts into the store, no fold finds."""
    train_final(request("keeping", two, tmp_path / "final"))
    carried_out("keeping", two, tmp_path / "run")
    assert intervals(tmp_path / "run") == 0


def note(baseline: object, fold: object, inputs: object = None) -> FoldResult:
    """Put the additional input of a study into the store."""
    fold.store.put({"of": ["s0", "v0"]}, {"frames": np.array([[1, 2]]), "emotions": ["negative"]})  # type: ignore[attr-defined]
    return FoldResult({})


def test_the_input_of_a_study_does_not_reach_a_fold(two: Path, tmp_path: Path) -> None:
    with Runner(request("keeping", two, tmp_path / "study"), note, {0: [[3, 12]]}) as runner:
        scopes = {runner.fold_task(number).store.scope for number in range(2)}  # type: ignore[union-attr]
        assert len(scopes) == 2
        runner.debug()
    carried_out("keeping", two, tmp_path / "run")
    assert intervals(tmp_path / "run") == 0


def test_prepared_arrays_are_shared_and_those_of_a_fold_are_not(tmp_path: Path) -> None:
    shared, one, two = Store(tmp_path), Store(tmp_path, "one"), Store(tmp_path, "two")
    shared.put({"a": 1}, {"x": np.arange(3)})
    one.put({"b": 1}, {"x": np.arange(4)})
    assert one.get({"a": 1}) is not None and two.get({"a": 1}) is not None
    assert one.get({"b": 1}) is not None
    assert two.get({"b": 1}) is None and shared.get({"b": 1}) is None
    one.put({"a": 1}, {"x": np.arange(5)})
    for store, length in ((one, 5), (two, 3), (shared, 3)):
        found = store.get({"a": 1})
        assert found is not None and len(found["x"]) == length


def test_the_check_finds_what_remains_in_a_process(four: Path, tmp_path: Path) -> None:
    with pytest.raises(MebenchError) as caught:
        check_isolation(request("remembering-declared", four, tmp_path / "run"), print)
    assert [one.code for one in caught.value.diagnostics] == ["isolation-broken"] * 2
    assert "fold 1 (s1)" in caught.value.diagnostics[0].message
    text = check_isolation(request("random", four, tmp_path / "run", selection="0-1"), print)
    assert text.startswith("2 folds of random gave the same results")
    assert not (tmp_path / "run").exists()


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
def test_a_sandbox_has_no_file_of_the_user(bench: Bench, four: Path) -> None:
    acts = ["none", "read", "connect", "kill", "write-store"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port, process = str(server.getsockname()[1]), str(os.getpid())
        secrets = ("--secret", str(four / "truth.json"), "--port", port, "--process", process)
        for isolate in ((), ("--isolate",)):
            run = f"run{len(isolate)}"
            arguments = (*isolate, "--acts", ",".join(acts), *secrets)
            storage = ("-o", run, "--store", "store", "--folds", "0")
            ended = bench.here("untrusted", *arguments, *storage)
            if "no-sandbox" in ended.err:
                pytest.skip(ended.err)
            assert ended.status == 0, ended.err
            fold = json.loads((bench.folder / run / "folds/000.json").read_bytes())
            done = [acts[row["onset"]] for row in fold["data"]["videos"][0]["intervals"]]
            assert done == (["none"] if isolate else acts)
    plan = json.loads((bench.folder / "run1" / "plan.json").read_bytes())
    assert plan["isolation"] == "sandbox"


def test_without_bubblewrap_the_sandbox_is_refused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bench.folder))
    ended = bench.here("random", "--isolate")
    assert ended.status == 2 and "no-sandbox" in ended.err
    assert not (bench.folder / "runs").exists()


def test_working_folders_of_killed_runs_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, used, fresh = (tmp_path / f"mebench-worker-{name}" for name in ("old", "used", "fresh"))
    for folder in (old, used, fresh):
        folder.mkdir()
        (folder / "log.txt").touch()
    for folder in (old, used):
        os.utime(folder, (1, 1))
    with FileLock(used / "lock"):
        os.utime(used, (1, 1))
        remove_stale_folders()
    assert {path.name for path in tmp_path.iterdir()} == {used.name, fresh.name}


def test_baselines_of_ours_keep_nothing(four: Path) -> None:
    for name in ("random", "fixed-grid", "whole-video", "majority", "empty", "oracle-spotting"):
        assert baseline_class(name).reuses_process
