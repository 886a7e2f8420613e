"""What `mebench datasets check` says: what is there, counts, repairs, a verdict, as JSON too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.datasets.licensed.miniatures import make
from tests.datasets.licensed.running import CommandLine, Run
from tests.datasets.material import generic_folder


def document(run: Run) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(run.out)
    assert loaded["exit_status"] == run.status
    return loaded


def asked(mebench: CommandLine, name: str, *more: str | Path) -> dict[str, Any]:
    run = mebench("datasets", "check", name, "--root", "copy", "--format", "json", *more)
    return document(run)


def test_everything_is_in_the_json(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    found = asked(mebench, "casme2")
    assert (found["verdict"], found["exit_status"]) == ("flawed", 1)
    assert found["found"] == {
        "folder": "copy",
        "sheets": [f"copy/{made.sheet.name}" if made.sheet else ""],
        "subjects": 3,
        "videos": 4,
        "videos_with_frames": 4,
        "expressions": {"micro": 4},
        "samples": 4,
        "frames": 48,
    }
    assert {one["code"] for one in found["findings"]} == {"dataset-incomplete"}
    assert {"severity", "message", "remedy", "file", "subject"} <= set(found["findings"][0])
    assert found["errors"] == len(found["findings"])
    repairs = {one["repair"]: one for one in found["repairs"]}
    assert {name: one["rows"] for name, one in repairs.items()} == made.repairs
    assert repairs["apex-marked"]["samples"] == ["sub01/EP03_02"]
    assert found["deep"] is None


def test_counts_beside_every_protocol(mebench: CommandLine, tmp_path: Path) -> None:
    make("casme2", tmp_path / "copy")
    found = asked(mebench, "casme2")
    assert {"casme2-str@1", "casme2-recog-5@1", "megc2019-cde@1"} <= set(found["protocols"])
    counts = {(one["protocol"], one["counted"]): one for one in found["counts"]}
    assert counts[None, "expressions"] == {
        "protocol": None,
        "counted": "expressions",
        "class": False,
        "expected": 255,
        "found": 4,
        "verdict": "missing",
    }
    assert counts["casme2-str@1", "happiness"]["class"]
    assert counts["casme2-str@1", "happiness"]["expected"] == 32
    assert counts["casme2-str@1", "outside the classes"]["verdict"] == "same"
    # Of the composite's 442 samples those of this data set alone are asked for.
    assert counts["megc2019-cde@1", "samples"]["expected"] == 145
    assert counts["megc2019-cde@1", "samples"]["found"] == 3
    assert counts["megc2019-cde@1", "negative"]["expected"] == 88
    assert len([one for one in found["counts"] if one["protocol"] == "megc2019-cde@1"]) == 5


@pytest.mark.parametrize("name", ["samm", "smic-hs-short"])
def test_data_sets_of_the_composite_alone(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    make(name, tmp_path / "copy")
    found = asked(mebench, name)
    counts = {
        one["expected"]
        for one in found["counts"]
        if one["counted"] == "samples" and one["protocol"] == "megc2019-cde@1"
    }
    assert counts == {{"samm": 133, "smic-hs-short": 164}[name]}


def test_a_named_protocol_counts_alone(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    found = asked(mebench, "casme2", "--protocol", made.protocol(tmp_path))
    assert (found["verdict"], found["exit_status"], found["findings"]) == ("whole", 0, [])
    assert {one["protocol"] for one in found["counts"]} == {"mini-casme2@1"}
    assert len(found["repairs"]) == 2, "repairs are not errors"


def test_more_than_there_should_be(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    protocol = made.protocol(tmp_path)
    protocol.write_text(protocol.read_text().replace("videos = 4", "videos = 3"))
    found = asked(mebench, "casme2", "--protocol", protocol)
    (count,) = (one for one in found["counts"] if one["counted"] == "videos")
    assert (count["verdict"], found["exit_status"]) == ("extra", 1)


@pytest.mark.parametrize("name", ["casme2", "casme-sq", "sammlv"])
def test_a_sheet_alone_is_said_once(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    shutil.rmtree(made.base)
    found = asked(mebench, name)
    codes = [one["code"] for one in found["findings"] if one["severity"] == "error"]
    assert codes.count("frames-none") == 1
    assert set(codes) <= {"frames-none", "dataset-incomplete"}
    assert (found["found"]["videos_with_frames"], found["found"]["frames"]) == (0, 0)
    verdicts = {one["counted"]: one["verdict"] for one in found["counts"] if not one["protocol"]}
    assert verdicts["subjects"] == "unknown"
    assert found["exit_status"] == 1


def test_the_page_has_a_table_of_each(mebench: CommandLine, tmp_path: Path) -> None:
    make("casme2", tmp_path / "copy")
    page = mebench("datasets", "check", "casme2", "--root", "copy").out
    assert "videos       4, 4 with frames\n" in page
    rows = [line.split() for line in page.splitlines()]
    assert ["casme2-str@1", "class", "happiness", "32", "1", "missing"] in rows
    assert ["megc2019-cde@1", "samples", "145", "3", "missing"] in rows
    done = ["The", "expression", "has", "no", "apex."]
    assert ["apex-marked", "1", *done, "sub01/EP03_02"] in rows
    assert page.splitlines()[-1].startswith("casme2: ")


def test_annotations_outside_their_video(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme-sq", tmp_path / "copy")
    numbered = sorted(made.video.iterdir(), key=lambda one: int(one.stem.removeprefix("img")))
    for path in numbered[5:]:
        path.unlink()
    found = asked(mebench, "casme-sq", "--protocol", made.protocol(tmp_path))
    outside = [one for one in found["findings"] if one["code"] == "frame-outside-video"]
    assert all("/disgust1_" in one["message"] for one in outside)
    inside = [one for one in made.clips[0].expressions if one.offset >= 5]
    assert len(outside) == len(inside) > 0
    assert found["exit_status"] == 1


def test_a_copy_that_cannot_be_opened(mebench: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    found = asked(mebench, "generic")
    assert (found["verdict"], found["found"], found["counts"]) == ("unopened", None, [])
    assert [one["code"] for one in found["findings"]] == ["truth-file-needed"]


def test_notes_and_warnings_do_not_fail(mebench: CommandLine, tmp_path: Path) -> None:
    generic_folder(tmp_path / "copy")
    (tmp_path / "copy" / "frames" / "s1" / "v1" / "cover.png").write_bytes(b"x")
    found = asked(mebench, "generic")
    assert [one["code"] for one in found["findings"]] == ["frame-unnumbered"]
    assert (found["warnings"], found["errors"], found["exit_status"]) == (1, 0, 0)


def test_there_is_no_all_frames_any_more(mebench: CommandLine, tmp_path: Path) -> None:
    generic_folder(tmp_path / "copy")
    assert mebench("datasets", "check", "generic", "--root", "copy", "--all-frames").status == 2
