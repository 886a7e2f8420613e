"""`mebench datasets` and `mebench synth`: what they print, refuse and write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import FINE, USAGE, Run, mebench
from tests.datasets.material import generic_folder, small_files, tree


def run(folder: Path, *arguments: str | Path, **variables: str) -> Run:
    return mebench(folder, *arguments, MEBENCH_CACHE=str(folder / "cache"), **variables)


def test_table(tmp_path: Path) -> None:
    lines = run(tmp_path, "datasets", COLUMNS="300").out.splitlines()
    assert lines[0].split()[:3] == ["data", "set", "installed"]
    rows = {line.split()[0]: line.split() for line in lines[2:]}
    assert rows["generic"][1:3] == ["no", "–"]
    assert rows["synthetic"][1] == "yes"
    there = run(tmp_path, "datasets", COLUMNS="300", MEBENCH_ROOT_GENERIC=str(tmp_path)).out
    assert f"generic         yes        {tmp_path}" in there


def test_show(tmp_path: Path) -> None:
    without = run(tmp_path, "datasets", "show", "generic")
    assert "MEBENCH_ROOT_GENERIC=DIR" in without.out
    generic_folder(tmp_path / "own")
    shown = run(tmp_path, "datasets", "show", "generic", "--root", "own")
    assert shown.status == FINE
    assert "frames       67, 12 to 30 per video" in shown.out
    assert "micro  disgust         1        10      10       10" in shown.out
    assert "52 micro, 16 macro" in run(tmp_path, "datasets", "show", "synthetic").out


def test_export_truth_is_a_truth(tmp_path: Path) -> None:
    generic_folder(tmp_path / "own")
    variables = {"MEBENCH_ROOT_GENERIC": "own"}
    assert run(tmp_path, "datasets", "export-truth", "generic", "-o", "t.json", **variables).err
    document = json.loads((tmp_path / "t.json").read_text())
    assert document["dataset"] == "own"
    assert run(tmp_path, "validate", "t.json", "--as", "truth").status == FINE
    refused = run(tmp_path, "datasets", "export-truth", "generic")
    assert refused.status == USAGE
    assert "[root-needed]" in refused.err


def test_cache(tmp_path: Path) -> None:
    generic_folder(tmp_path / "own")
    ask = ("datasets", "cache", "generic", "--root", "own")
    refused = run(tmp_path, *ask)
    assert refused.status == USAGE
    assert "3 videos, 67 frames, about" in refused.err
    assert "--yes" in refused.err
    assert not (tmp_path / "cache").exists()
    assert run(tmp_path, *ask, "--yes").status == FINE
    assert len(list((tmp_path / "cache" / "frames").glob("*/*.png"))) == 67
    assert "already" in run(tmp_path, *ask, "--yes").err
    assert "Removed" in run(tmp_path, *ask, "--remove").err
    assert not list((tmp_path / "cache").rglob("*.png"))


SYNTH = ("synth", "--subjects", "1", "--videos", "1", "--fps", "10", "--seconds", "1.2")


def test_synth_writes_what_is_read_back(tmp_path: Path) -> None:
    done = run(tmp_path, *SYNTH, "--format", "jpg", "--jobs", "1", "-o", "out")
    assert done.status == FINE, done.err
    assert "1 video, 12 frames, about" in done.err
    identifier = json.loads((tmp_path / "out" / "truth.json").read_text())["dataset"]
    assert identifier.startswith("synth-")
    checked = run(tmp_path, "datasets", "check", "generic", "--root", "out", "--deep")
    assert checked.status == FINE, checked.out
    assert f"\n{identifier}: no errors; 1 subject, 1 video" in checked.out

    before = tree(tmp_path / "out")
    again = run(tmp_path, *SYNTH, "--format", "jpg", "-o", "out")
    assert again.status == USAGE
    assert "[folder-occupied]" in again.err
    other = run(tmp_path, *SYNTH, "--format", "jpg", "--seed", "2", "-o", "out", "--resume")
    assert other.status == USAGE
    assert "another data set" in other.err
    (tmp_path / "out" / "truth.json").unlink()
    resumed = run(tmp_path, *SYNTH, "--format", "jpg", "-o", "out", "--resume")
    assert resumed.status == FINE, resumed.err
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize(
    "given",
    [
        ("--subjects", "0"),
        ("--subjects", "10001"),
        ("--fps", "9"),
        ("--seconds", "0.5"),
        ("--seconds", "nan"),
        ("--intensity", "0", "0.5"),
        ("--intensity", "0.6", "0.5"),
        ("--intensity", "0.0004", "0.5"),
        ("--intensity", "0.2", "1.5"),
        ("--intensity", "nan", "nan"),
        ("--noise", "-1"),
        ("--noise", "51"),
        ("--noise", "nan"),
        ("--format", "gif"),
        ("--jobs", "0"),
    ],
)
def test_synth_refuses(tmp_path: Path, given: tuple[str, ...]) -> None:
    refused = run(tmp_path, *SYNTH[:1], *given, "-o", "out")
    assert refused.status == USAGE
    assert given[0] in refused.err
    assert not (tmp_path / "out").exists()


def test_synth_on_a_full_disk(tmp_path: Path) -> None:
    cached_rig = pytest.importorskip("mebench_synthetic.dataset").cached_rig
    cached_rig(1, 0)  # written into the folder of the test run, if by nobody before
    with small_files(5000):
        full = run(tmp_path, *SYNTH, "--jobs", "1", "-o", "out")
    assert full.status == USAGE
    assert "[cannot-write]" in full.err
    assert not list(tmp_path.rglob(".mebench-*"))
    assert not list(tmp_path.rglob("*.png"))


@pytest.mark.parametrize("verb", ["show", "check", "export-truth"])
def test_a_root_that_nothing_is_read_from_is_refused(tmp_path: Path, verb: str) -> None:
    refused = run(tmp_path, "datasets", verb, "synthetic", "--root", "elsewhere")
    assert refused.status == USAGE
    assert "error [bad-root] --root names 'elsewhere'" in refused.err


@pytest.mark.parametrize("verb", [(), ("show", "generic")])
def test_a_broken_file_of_roots_is_told(tmp_path: Path, verb: tuple[str, ...]) -> None:
    (tmp_path / "mebench.toml").write_text("[roots\n")
    result = run(tmp_path, "datasets", *verb)
    assert result.status == FINE
    assert "[roots-syntax]" in result.err


def test_synth_refuses_what_no_disk_holds_at_once(tmp_path: Path) -> None:
    large = ("--subjects", "10000", "--videos", "1000", "--seconds", "3600")
    refused = run(tmp_path, "synth", *large, "-o", "out")
    assert refused.status == USAGE
    assert "[disk-too-small]" in refused.err
