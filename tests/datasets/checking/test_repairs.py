"""Repairs: listed with their reasons, counted in a copy, and disabled by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.datasets.licensed.miniatures import make
from tests.datasets.licensed.running import CommandLine

OFF = ("--without-repair", "apex-marked")


def test_listed_without_a_copy(mebench: CommandLine) -> None:
    run = mebench("datasets", "repairs", "casme-sq")
    assert run.status == 0
    assert "offset-unknown" in run.out
    assert "0 stands for an offset that was not annotated" in run.out
    assert "rows" not in run.out.splitlines()[0]
    listed = json.loads(mebench("datasets", "repairs", "casme-sq", "--format", "json").out)
    assert listed["repairs"][0]["repair"] == "offset-unknown"
    assert "rows" not in listed["repairs"][0]
    assert "generic needs no repairs." in mebench("datasets", "repairs", "generic").out


def test_counted_in_a_copy(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    ask = ("datasets", "repairs", "casme2", "--root", "copy")
    listed = json.loads(mebench(*ask, "--format", "json").out)
    rows = {one["repair"]: one["rows"] for one in listed["repairs"] if one["rows"]}
    assert rows == made.repairs
    which = {one["repair"]: one["which"] for one in listed["repairs"]}
    assert which["apex-marked"] == ["sub01/EP03_02"]
    assert "sub09/EP09f" in mebench(*ask).out
    off = json.loads(mebench(*ask, *OFF, "--format", "json").out)
    assert {one["repair"]: one["off"] for one in off["repairs"]}["apex-marked"] is True


def test_switched_off(
    mebench: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("casme2", tmp_path / "copy")
    monkeypatch.setenv("MEBENCH_WITHOUT_REPAIRS", "")
    with monkeypatch.context():
        run = mebench("datasets", "check", "casme2", "--root", "copy", *OFF)
    assert "no: disabled" in run.out
    assert "annotation-left-out" in run.codes("warning")


@pytest.mark.parametrize("verb", ["check", "show", "export-truth", "repairs"])
def test_unknown_repairs_are_refused(mebench: CommandLine, tmp_path: Path, verb: str) -> None:
    make("casme2", tmp_path / "copy")
    ask = ("datasets", verb, "casme2", "--root", "copy", "--without-repair")
    for name in ("apex-markd", "casme2/apex-markd"):
        run = mebench(*ask, name)
        assert run.status == 2
        assert "[unknown-repair]" in run.err
        assert "Did you mean 'apex-marked'?" in run.said
    assert "[unknown-repair]" in mebench(*ask, "samm/clip-numbers").err


def test_switched_off_in_the_file(mebench: CommandLine, tmp_path: Path) -> None:
    make("casme2", tmp_path / "copy")
    (tmp_path / "mebench.toml").write_text(
        '[roots]\ncasme2 = "copy"\n[repairs.casme2]\napex-marked = false\n'
    )
    listed = json.loads(mebench("datasets", "repairs", "casme2", "--format", "json").out)
    assert {one["repair"]: one["off"] for one in listed["repairs"]}["apex-marked"] is True
    (tmp_path / "mebench.toml").write_text("[repairs.casme2]\napex-markd = false\n")
    run = mebench("datasets", "check", "casme2", "--root", "copy")
    assert (run.status, "Did you mean 'apex-marked'?" in run.said) == (2, True)
