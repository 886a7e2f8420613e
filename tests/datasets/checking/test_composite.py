"""`mebench datasets export-truth --protocol`: the truth of a composite, from its data sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.datasets.licensed.miniatures import make
from tests.datasets.licensed.running import CommandLine

PARTS = ("smic-hs-short", "casme2", "samm")
EXPORT = ("datasets", "export-truth", "--protocol", "megc2019-cde@1")


@pytest.fixture
def roots(tmp_path: Path) -> list[str]:
    """Make a copy of each part; return the options that name them."""
    for name in PARTS:
        make(name, tmp_path / name)
    return [option for name in PARTS for option in ("--root", f"{name}={name}")]


def test_it_is_scored_against(mebench: CommandLine, tmp_path: Path, roots: list[str]) -> None:
    assert mebench(*EXPORT, *roots, "-o", "truth.json").status == 0
    truth = json.loads((tmp_path / "truth.json").read_text())
    assert {one["dataset"] for one in truth["samples"]} == set(PARTS)
    assert {(one["dataset"], one["repair"]) for one in truth["repairs"]} >= {
        ("casme2", "apex-marked"),
        ("samm", "clip-numbers"),
    }
    samples = [
        {key: one[key] for key in ("dataset", "subject", "sample")} | {"emotion": "negative"}
        for one in truth["samples"]
        if one["emotion"].casefold() not in {"others", "other"}
    ]
    document = {
        "format": "mebench-submission/1",
        "protocol": "megc2019-cde@1",
        "system": {"name": "x"},
        "samples": samples,
    }
    (tmp_path / "p.json").write_text(json.dumps(document))
    scored = mebench("score", "p.json", "--truth", "truth.json", "--format", "json")
    assert scored.status == 0, scored.said
    assert set(json.loads(scored.out)["groups"]) == set(PARTS)


def test_all_that_is_wrong_is_said_at_once(mebench: CommandLine, roots: list[str]) -> None:
    run = mebench(*EXPORT, *roots[:2])
    assert run.status == 2
    assert run.err.count("[root-needed]") == 2
    for given, code in (
        (["--root", "casme2"], "bad-root"),
        (["--root", "meview=casme2"], "bad-root"),
        (["--root", "casme2=nowhere"], "root-unreadable"),
    ):
        run = mebench(*EXPORT, *given)
        assert (run.status, f"[{code}]" in run.err) == (2, True), run.said


def test_repairs_of_a_part_are_left_out_by_name(
    mebench: CommandLine, tmp_path: Path, roots: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEBENCH_WITHOUT_REPAIRS", "")
    off = ("--without-repair", "samm/clip-numbers")
    mebench(*EXPORT, *roots, *off, "-o", "truth.json")
    if (tmp_path / "truth.json").exists():
        truth = json.loads((tmp_path / "truth.json").read_text())
        assert {one["repair"]: one.get("off") for one in truth["repairs"]}["clip-numbers"]


def test_one_or_the_other(mebench: CommandLine, roots: list[str]) -> None:
    assert mebench("datasets", "export-truth").status == 2
    assert mebench("datasets", "export-truth", "casme2", "--protocol", "casme2-str").status == 2
    alone = mebench("datasets", "export-truth", "--protocol", "casme2-str", "--root", "casme2")
    named = mebench("datasets", "export-truth", "casme2", "--root", "casme2")
    assert alone.out == named.out != ""
