"""`mebench datasets where`: each data set's folder, who names it, and whether it looks right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.licensed.miniatures import IDS, make
from tests.datasets.licensed.running import CommandLine


def asked(mebench: CommandLine) -> dict[str, Any]:
    document = json.loads(mebench("datasets", "where", "--format", "json").out)
    return {one["dataset"]: one for one in document["datasets"]}


def test_nobody_says(mebench: CommandLine, tmp_path: Path) -> None:
    found = asked(mebench)
    assert set(IDS) | {"generic"} <= set(found)
    assert "synthetic" not in found, "it needs no folder"
    assert {one["folder"] for one in found.values()} == {None}
    page = mebench("datasets", "where")
    assert page.status == 0
    assert f"Configuration: {tmp_path / 'mebench.toml'} (does not exist)" in page.out


def test_variable_and_file(
    mebench: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("casme2", "samm"):
        make(name, tmp_path / name)
    (tmp_path / "text").write_text("x")
    (tmp_path / "mebench.toml").write_text(
        '[roots]\ncasme2 = "casme2"\nsammlv = "gone"\nmeview = "text"\ncasme3 = "samm"\n'
    )
    monkeypatch.setenv("MEBENCH_ROOT_SAMM", str(tmp_path / "samm"))
    found = asked(mebench)
    casme2 = found["casme2"]
    assert casme2["by"] == str(tmp_path / "mebench.toml")
    assert casme2["folder"] == str(tmp_path / "casme2")
    assert (casme2["exists"], casme2["opens"], casme2["problem"]) == (True, True, None)
    assert (found["samm"]["by"], found["samm"]["opens"]) == ("MEBENCH_ROOT_SAMM", True)
    for name in ("sammlv", "meview"):
        assert (found[name]["exists"], found[name]["opens"]) == (False, None)
        assert found[name]["problem"]["code"] == "root-unreadable"
    assert (found["casme3"]["exists"], found["casme3"]["opens"]) == (True, False)
    assert found["casme3"]["problem"]["code"] in {"root-wrong", "root-misplaced", "sheet-missing"}
    page = mebench("datasets", "where").out
    assert "MEBENCH_ROOT_SAMM" in page
    assert f"Configuration: {tmp_path / 'mebench.toml'}\n" in page


@pytest.mark.parametrize("name", IDS)
def test_every_data_set_is_known_at_a_glance(
    mebench: CommandLine, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(name, tmp_path / "copy")
    monkeypatch.setenv(f"MEBENCH_ROOT_{name.upper().replace('-', '_')}", "copy")
    assert asked(mebench)[name]["opens"] is True


def test_a_broken_file(mebench: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "mebench.toml").write_text("[roots\n")
    run = mebench("datasets", "where")
    assert (run.status, "[roots-syntax]" in run.err) == (0, True)
    document = json.loads(mebench("datasets", "where", "--format", "json").out)
    assert document["problem"]["code"] == "roots-syntax"
