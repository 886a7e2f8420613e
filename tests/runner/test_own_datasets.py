"""Data sets that mebench.toml names, in the processes of a run."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.datasets.test_own_datasets import protocol, unnamed
from tests.runner.running import Bench, submission


def test_readers_open_it_from_any_folder_below(bench: Bench) -> None:
    """Frames come from processes that the run starts, and which know only where the folder is."""
    project = bench.folder
    protocol(unnamed(project / "odd") / "protocol.toml", "odd")
    (project / "mebench.toml").write_text('[datasets.odd]\nroot = "odd"\n')
    (project / "a" / "b").mkdir(parents=True)
    below = replace(bench, folder=project / "a" / "b")
    run = ("run-baseline", "prepared", "--store", "store", "--jobs", "1")
    ended = below.mebench(*run, "--dataset", "odd", "-o", "named")
    assert ended.status == 0, ended.err
    assert "prepared on odd under odd@1: 2 folds, 3 videos, 67 frames" in ended.err
    videos = json.loads(submission(below.folder / "named"))["videos"]
    assert [(one["subject"], one["video"]) for one in videos] == [
        ("s1", "v1"),
        ("s1", "v2"),
        ("s2", "v1"),
    ]
    (project / "mebench.toml").unlink()
    data = ("--dataset", "generic", "--root", str(project / "odd"))
    ended = below.mebench(*run, *data, "-o", "unnamed")
    assert ended.status == 0, ended.err
    assert submission(below.folder / "named") == submission(below.folder / "unnamed")
