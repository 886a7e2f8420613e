"""Which folder a user points to: the right one, one beside it, or another altogether."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.datasets.licensed.miniatures import IDS, Miniature, make
from tests.datasets.licensed.running import CommandLine, Run

everyone = pytest.mark.parametrize("name", IDS)


def check(mebench: CommandLine, made: Miniature, root: Path | str) -> Run:
    """Check a copy with the counts that it has."""
    protocol = made.protocol(mebench.folder)
    return mebench("datasets", "check", made.id, "--root", root, "--protocol", protocol)


def refuses_everything(mebench: CommandLine, made: Miniature, root: Path, code: str) -> str:
    """See that each command says the same and writes nothing; return what was said."""
    run = check(mebench, made, root)
    assert (run.status, run.codes()) == (1, {code}), run.said
    before = set(mebench.folder.rglob("*"))
    exported = mebench("datasets", "export-truth", made.id, "--root", root, "-o", "t.json")
    assert (exported.status, exported.codes()) == (1, {code})
    baseline = mebench(
        *("run-baseline", "random", "--dataset", made.id, "--root", root, "-o", "run"),
        *("--protocol", mebench.folder / f"{made.id}.toml", "--jobs", "1"),
    )
    assert (baseline.status, baseline.codes()) == (1, {code})
    assert set(mebench.folder.rglob("*")) == before
    return run.out


def sends_to(said: str) -> Path:
    """Return the folder that a message recommends as the root, as a shell reads it."""
    (found,) = re.findall(r"Use --root (.+)\.$", said, re.MULTILINE)
    (path,) = shlex.split(found)
    return Path(path)


@everyone
def test_a_folder_of_other_things(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    made = make(name, tmp_path / "copy")
    other = tmp_path / "other"
    for inside in ("bin/holiday pictures", "old/letters", "Neuer Ordner (2)"):
        (other / inside).mkdir(parents=True)
        (other / inside / "img1.jpg").write_bytes(b"")
    said = refuses_everything(mebench, made, other, "root-wrong")
    assert str(other) in said
    assert "such as 'Neuer Ordner (2)/img1.jpg'" in said


@everyone
def test_folders_above(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    """A copy is found by its structure, some levels below the root."""
    made = make(name, tmp_path / "data" / "copy of mine")
    (tmp_path / "data" / "another").mkdir()
    run = check(mebench, made, tmp_path / "data")
    assert (run.status, run.codes()) == (0, set()), run.said


@everyone
def test_too_deep(mebench: CommandLine, tmp_path: Path, name: str) -> None:
    """In a subject's folder or in a video's, the message names the right folder."""
    made = make(name, tmp_path / "my copy")
    inside = made.video if made.video.is_dir() else made.base
    folders = [one for one in (inside, *inside.parents) if made.base in one.parents]
    for folder in folders:
        run = check(mebench, made, folder)
        assert run.codes() == {"root-misplaced"}, (folder, run.said)
        assert check(mebench, made, sends_to(run.out)).status == 0
    for folder in (made.base, *made.base.parents):
        assert check(mebench, made, folder).status == 0, folder
        if folder == made.root:
            break


@everyone
def test_relative_roots_and_links(
    mebench: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    made = make(name, tmp_path / "copy")
    (tmp_path / "link").symlink_to("copy")
    for root in ("copy", "./copy/", f"{made.id}=copy", "link"):
        assert check(mebench, made, root).status == 0
    monkeypatch.setenv(f"MEBENCH_ROOT_{made.id.upper().replace('-', '_')}", "copy")
    assert mebench("datasets", "export-truth", made.id).status == 0
    inside = CommandLine(made.root)
    assert inside("datasets", "export-truth", made.id, "--root", ".").status == 0


def test_what_systems_leave_behind_is_no_part_of_a_copy(
    mebench: CommandLine, tmp_path: Path
) -> None:
    made = make("casme2", tmp_path / "copy")
    (made.root / "__MACOSX" / "CASME2-RAW" / "sub01" / "EP77_01").mkdir(parents=True)
    (made.root / "~$CASME2-coding-20190701.xlsx").write_bytes(b"x")
    (made.root / "._CASME2-coding-20190701.xlsx").write_bytes(b"x")
    (made.base / ".DS_Store").write_bytes(b"x")
    (made.base / "Thumbs.db").write_bytes(b"x")
    (made.base / "@eaDir").mkdir()
    run = check(mebench, made, made.root)
    assert (run.status, run.codes()) == (0, set()), run.said


def test_a_sheet_alone_is_enough_to_score_with(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    shutil.rmtree(made.base)
    run = check(mebench, made, made.root)
    assert (run.status, run.codes() >= {"frames-none"}) == (1, True)
    assert "Scoring needs the sheets only" in run.said
    assert mebench("datasets", "export-truth", made.id, "--root", made.root).status == 0


def test_two_bases_are_told(mebench: CommandLine, tmp_path: Path) -> None:
    made = make("casme2", tmp_path / "copy")
    shutil.copytree(made.base, made.root / "A_CASME2_cropped")
    run = check(mebench, made, made.root)
    assert (run.status, "frames-elsewhere" in run.codes("note")) == (0, True)
    assert f"Frames are read from {made.base} (4 videos, full videos); not from" in run.said
    assert "A_CASME2_cropped (4 videos, cropped frames)" in run.said
