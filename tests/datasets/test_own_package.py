"""The package with an adapter that the documentation shows: built, installed and run as it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mebench
from mebench.datasets.registry import adapter_ids
from tests.cli.running import FINDINGS, FINE, USAGE
from tests.cli.running import mebench as run
from tests.datasets.material import frame_folder
from tests.docs.packages import unpack_package
from tests.docs.snippets import ROOT, fences, matches

PAGE = ROOT / "docs" / "datasets.md"
FILES = {fence.file: fence.body for fence in fences(PAGE) if fence.file is not None}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which the package is installed."""
    folder = tmp_path_factory.mktemp("lab-faces")
    return unpack_package(PAGE, folder, folder / "installed")


@pytest.fixture
def site(package: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make the package importable, here and in the processes started from here."""
    monkeypatch.syspath_prepend(package)
    monkeypatch.setenv("PYTHONPATH", str(package), prepend=os.pathsep)
    adapter_ids.cache_clear()
    yield package
    adapter_ids.cache_clear()
    sys.modules.pop("lab_faces", None)


@pytest.fixture
def lab(site: Path, tmp_path: Path) -> Path:
    """Return a folder with the copy of the page in ``faces``, and the protocol beside it."""
    for subject in ("s01", "s02"):
        frame_folder(tmp_path / "faces" / "frames" / subject / "v1", range(20))
    for name in ("faces/sheet.csv", "lab_faces.toml"):
        (tmp_path / name).write_text(FILES[name])
    return tmp_path


def shown_commands() -> list[tuple[list[str], str]]:
    """Return the commands of the page that need the package, with what they print."""
    [fence] = [one for one in fences(PAGE) if one.body.startswith("$ mebench datasets check lab-f")]
    parts = [part.partition("\n") for part in fence.body.removeprefix("$ ").split("\n$ ")]
    return [(command.split()[1:], printed) for command, _, printed in parts]


def test_it_is_short() -> None:
    assert len(FILES["lab_faces.py"].splitlines()) <= 80


def test_the_commands_of_the_page(lab: Path) -> None:
    for arguments, printed in shown_commands():
        jobs = ("--jobs", "1") if arguments[0] == "run-baseline" else ()
        found = run(lab, *arguments, *jobs)
        assert found.status == FINE, found
        assert matches(found.err + found.out, printed), found.err + found.out
    assert "lab-faces" in run(lab, "datasets").out


def test_problems_are_findings(lab: Path) -> None:
    sheet = lab / "faces" / "sheet.csv"
    sheet.write_text(sheet.read_text() + "s02,,3,x,negative\ns02,v1,0,2,\ns01,v2,15,14,\n")
    found = run(lab, "datasets", "check", "lab-faces", "--root", "faces", COLUMNS="200")
    assert found.status == FINDINGS
    codes = {"sheet-cell", "offset-before-onset", "video-without-frames", "dataset-incomplete"}
    assert found.codes() == codes
    assert "clip (B4) in the tab 'sheet.csv' is empty" in found.said
    assert "first (C5) in the tab 'sheet.csv' is '0', which is not the number of a f" in found.said
    [example] = [one for one in fences(PAGE) if one.body.startswith("faces/sheet.csv:4:4: error")]
    assert example.body.splitlines()[0] in found.out
    with pytest.raises(mebench.MebenchError, match="sheet-cell"):
        mebench.datasets.open_dataset("lab-faces", lab / "faces")
    sheet.unlink()
    checked = mebench.datasets.check("lab-faces", lab / "faces")
    assert not checked
    assert checked.to_frame()["code"].tolist() == ["sheet-unreadable"]


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (
            'sheet = root / "sheet.csv"',
            'sheet = {}["sheet"]',
            "adapter-raised",
            "KeyError: 'sheet'",
        ),
        ("def open(", "def opn(", "plugin-broken", "cannot be created: TypeError"),
        ('title = "Faces of our lab"', "title = 3", "plugin-broken", "has no text `title`"),
        ('id = "lab-faces"', 'id = "lab"', "plugin-broken", "has the id 'lab'"),
        ("class LabFaces(Adapter)", "class LabFaces", "plugin-broken", "not a subclass of Adapter"),
    ],
)
def test_errors_of_the_adapter(
    lab: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, code: str, words: str
) -> None:
    assert FILES["lab_faces.py"].count(old) == 1
    (lab / "lab_faces.py").write_text(FILES["lab_faces.py"].replace(old, new))
    monkeypatch.syspath_prepend(lab)
    found = run(lab, "datasets", "check", "lab-faces", "--root", "faces", COLUMNS="200")
    assert (found.status, found.codes()) == (FINDINGS if "raised" in code else USAGE, {code})
    assert words in found.said
    assert run(lab, "datasets").status == FINE
