"""Disabled repairs: by an environment variable, or in mebench.toml."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mebench.datasets.registry import adapter
from mebench.datasets.repair_config import VARIABLE, disable_in_environment
from tests.datasets.licensed.miniatures import IDS, Miniature, make
from tests.datasets.licensed.running import CommandLine


def exported(mebench: CommandLine, made: Miniature) -> dict[str, Any]:
    """Export the truth of a copy."""
    run = mebench("datasets", "export-truth", made.id, "--root", made.root, "-o", "truth.json")
    assert run.status == 0, run.said
    truth: dict[str, Any] = json.loads((mebench.folder / "truth.json").read_text())
    return truth


def switched(truth: dict[str, Any]) -> dict[str, tuple[int, bool]]:
    """Return how many rows each repair was for, and whether it was off."""
    return {one["repair"]: (one["rows"], one.get("off", False)) for one in truth["repairs"]}


def expressions(truth: dict[str, Any]) -> dict[str, list[tuple[int, int]]]:
    """Return the intervals of each video."""
    return {
        video["video"]: [(one["onset"], one["offset"]) for one in video["intervals"]]
        for video in truth["videos"]
    }


def test_numbers_of_the_camera(
    mebench: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make("smic-hs", tmp_path / "copy")
    assert switched(exported(mebench, made)) == {"camera-numbers": (3, False)}
    monkeypatch.setenv(VARIABLE, "smic-hs/camera-numbers")
    truth = exported(mebench, made)
    assert switched(truth) == {"camera-numbers": (3, True)}
    # As if the sheet counted from 1, and the files with it: most of them are missing then.
    assert expressions(truth)["s1_ne_01"] == [(559701, 559707)]
    run = mebench("datasets", "check", "smic-hs", "--root", made.root)
    assert "frame-file-missing" in run.codes()
    monkeypatch.setenv(VARIABLE, "casme2/apex-outside")
    assert switched(exported(mebench, made)) == {"camera-numbers": (3, False)}


def test_a_row_that_needs_a_disabled_repair_is_left_out_with_a_warning(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("casme-sq", tmp_path / "copy")
    before = exported(mebench, made)
    settings = tmp_path / "mebench.toml"
    settings.write_text("[repairs.casme-sq]\noffset-unknown = false\napex-outside = true\n")
    truth = exported(mebench, made)
    assert switched(before) == {"offset-unknown": (1, False), "apex-outside": (2, False)}
    assert switched(truth) == {"offset-unknown": (1, True), "apex-outside": (2, False)}
    gone = {"15_0401girlcrashing": [(4, 8)]}
    assert expressions(truth) == {**expressions(before), **gone}
    run = mebench("datasets", "check", "casme-sq", "--root", made.root)
    assert "annotation-left-out" in run.codes("warning")
    assert "s15/anger1_2: the offset, 0, is before the onset, 12" in run.said
    assert f"{made.sheet}:2" in run.said
    assert "offset-unknown" in run.said
    settings.write_text("[repairs.casme-sq]\noffset-unknown = true\n")
    assert exported(mebench, made) == before


def test_each_repair_can_be_switched_off(
    mebench: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = set()
    for name in IDS:
        made = make(name, tmp_path / name)
        for repair, rows in made.repairs.items():
            monkeypatch.delenv(VARIABLE, raising=False)
            before = exported(mebench, made)
            monkeypatch.setenv(VARIABLE, f" meview/apex-outside, {name}/{repair} ,")
            after = exported(mebench, made)
            assert switched(after)[repair] == (rows, True), (name, repair)
            assert expressions(after) != expressions(before), (name, repair)
            done.add((name, repair))
    assert len(done) == 15


def test_a_score_tells_of_them(mebench: CommandLine, tmp_path: Path) -> None:
    """The expressions that are left out change the counts, which a protocol knows."""
    made = make("casme2", tmp_path / "copy")
    protocol = made.protocol(tmp_path)
    (tmp_path / "mebench.toml").write_text("[repairs.casme2]\napex-outside = false\n")
    exported(mebench, made)
    run = mebench("validate", "truth.json", "--as", "truth", "--protocol", protocol)
    assert "counts-differ" in run.said


def test_the_workers_of_a_run_inherit_them(
    mebench: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make("casme2", tmp_path / "copy")
    protocol = made.protocol(tmp_path)
    monkeypatch.setenv(VARIABLE, "casme2/apex-outside")
    run = mebench(
        *("run-baseline", "random", "--dataset", "casme2", "--root", made.root, "-o", "run"),
        *("--protocol", protocol, "--jobs", "1", "--store", "store"),
    )
    assert run.status == 0, run.said
    document = json.loads((tmp_path / "run" / "predictions.json").read_text())
    assert [one["test"] for one in document["folds"]] == [["sub01"], ["sub26"]]


@pytest.mark.parametrize(
    ("variable", "settings", "words"),
    [
        ("casme2/apex-outsid", "", "Did you mean 'apex-outside'?"),
        ("casme2/", "", "casme2 has no repair ''"),
        ("apex-outside", "", "There is no data set 'apex-outside'"),
        ("casme22/apex-outside", "", "Did you mean 'casme2'?"),
        ("", "[repairs.casme2]\napex = false\n", "casme2 has no repair 'apex'"),
        ("", "[repairs.casme22]\napex-outside = false\n", "Did you mean 'casme2'?"),
    ],
)
def test_a_repair_that_there_is_not(
    mebench: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    settings: str,
    words: str,
) -> None:
    made = make("casme2", tmp_path / "copy")
    monkeypatch.setenv(VARIABLE, variable)
    (tmp_path / "mebench.toml").write_text(settings)
    run = mebench("datasets", "export-truth", "casme2", "--root", made.root, "-o", "truth.json")
    assert (run.status, run.codes()) == (2, {"unknown-repair"}), run.said
    assert words in run.said
    assert (VARIABLE if variable else "mebench.toml") in run.said
    assert not (tmp_path / "truth.json").exists()


@pytest.mark.parametrize(
    "settings",
    ["[repairs]\ncasme2 = false\n", '[repairs.casme2]\napex-outside = "no"\n', "repairs = 3\n"],
)
def test_settings_of_another_form(mebench: CommandLine, tmp_path: Path, settings: str) -> None:
    made = make("casme2", tmp_path / "copy")
    (tmp_path / "mebench.toml").write_text(settings)
    run = mebench("datasets", "export-truth", "casme2", "--root", made.root)
    assert run.status == 2
    assert run.codes() <= {"roots-syntax", "unknown-repair"}, run.said


def test_switching_off_from_within_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sammlv/fractions")
    disable_in_environment("casme2", ["apex-outside", "apex-marked"])
    import os

    assert os.environ[VARIABLE] == "sammlv/fractions,casme2/apex-outside,casme2/apex-marked"


@pytest.mark.parametrize("name", IDS)
def test_each_repair_says_what_and_why(name: str) -> None:
    repairs = getattr(adapter(name), "repairs", ())
    assert len({one.id for one in repairs}) == len(repairs)
    for one in repairs:
        for text in (one.wrong, one.done, one.why):
            assert text.endswith("."), one.id
        assert one.samples
