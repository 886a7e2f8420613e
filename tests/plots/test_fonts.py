"""Text in pictures: with an installed font that has the characters, else in Latin letters."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from mebench.datasets.frames.images import decode
from mebench.datasets.preview import FONT_SIZE, canvas, write_text
from mebench.plots.confusion_matrix import ConfusionMatrix, draw_confusions
from mebench.plots.figure import text_width
from mebench.plots.score_curves import Interval, ScoredVideo, draw_curves
from mebench.util import fonts
from mebench.util.fonts import FittedText, draw_text, fit_text, take_note
from tests.cli.running import mebench, mebench_process
from tests.datasets.material import TRUTH_CSV, generic_folder
from tests.plots.making_fonts import make_font
from tests.plots.pictures import texts_of

CHINESE = "张三/视频1"


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Decide which fonts are installed, whatever this machine has: at first, none."""
    found: list[Path] = []
    monkeypatch.setattr(fonts, "_candidates", lambda: tuple(found))
    take_note()
    yield found
    take_note()


def test_text_of_the_usual_font_stays_as_it_is(installed: list[Path], tmp_path: Path) -> None:
    installed.append(make_font(tmp_path / "cjk.ttf", CHINESE))
    for text in ("", "s01/v1", "$x_1$ é – σ □ …", "two\nlines"):
        assert fit_text(text) == FittedText(text)
    assert take_note() is None


def test_latin_letters_and_a_note_without_a_font() -> None:
    assert fit_text(CHINESE) == FittedText("ZhangSan/ShiPin1")
    assert fit_text("é 🧠 \x07") == FittedText(r"é :brain: \x07")
    note = take_note()
    assert note is not None
    assert (note.code, note.severity) == ("glyphs-missing", "note")
    assert "the characters 张三视频🧠: pictures show Latin letters" in note.message
    assert "Noto Sans CJK" in note.remedy
    assert take_note() is None


def test_without_matplotlib_only_ascii_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    fonts._characters.cache_clear()
    assert fit_text("é三") == FittedText("eSan")
    fonts._characters.cache_clear()
    note = take_note()
    assert note is not None
    assert "without matplotlib: é三 is shown" in note.message
    assert "'.[plots]'" in note.remedy


def test_the_first_font_that_has_all_characters(installed: list[Path], tmp_path: Path) -> None:
    installed += [
        make_font(tmp_path / "one.ttf", "张"),
        make_font(tmp_path / "two.ttf", "张三"),
        make_font(tmp_path / "three.ttf", CHINESE),
    ]
    (tmp_path / "damaged.ttf").write_bytes(b"no font")
    installed.insert(0, tmp_path / "damaged.ttf")
    assert fit_text("张") == FittedText("张", tmp_path / "one.ttf")
    assert fit_text("张三") == FittedText("张三", tmp_path / "two.ttf")
    assert fit_text(CHINESE) == FittedText(CHINESE, tmp_path / "three.ttf")
    assert fit_text("张三人") == FittedText("张三Ren", tmp_path / "two.ttf")
    note = take_note()
    assert note is not None and "characters 人:" in note.message


def test_a_font_without_latin_letters_is_not_used_for_them(
    installed: list[Path], tmp_path: Path
) -> None:
    installed.append(make_font(tmp_path / "cjk.ttf", "张三", ascii_too=False))
    assert fit_text("张三") == FittedText("张三", tmp_path / "cjk.ttf")
    assert fit_text("s1: 张三") == FittedText("s1: ZhangSan")


def test_a_text_is_drawn_on_its_base_line(installed: list[Path], tmp_path: Path) -> None:
    installed.append(make_font(tmp_path / "cjk.ttf", CHINESE))
    image, below = draw_text(fit_text("张三"), 20)
    assert image.dtype == np.uint8 and below == 0
    assert image.shape[1] in range(34, 42)
    assert image.shape[0] in range(13, 17)
    assert image[1:-1, 3:15].min() == 255  # a rectangle


def test_previews_write_with_the_font(installed: list[Path], tmp_path: Path) -> None:
    plain, escaped, drawn = canvas(200, 40), canvas(200, 40), canvas(200, 40)
    write_text(escaped, CHINESE, (10, 30))
    cv2.putText(
        *(plain, "ZhangSan/ShiPin1", (10, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.42),
        *((35, 38, 42), 1, cv2.LINE_AA),
    )
    assert (plain == escaped).all()
    installed.append(make_font(tmp_path / "cjk.ttf", CHINESE))
    write_text(drawn, CHINESE, (10, 30))
    rows, columns = (drawn != canvas(200, 40)).any(axis=2).nonzero()
    assert rows.max() in range(27, 31), "above the base line"
    assert columns.min() in range(9, 13)
    assert columns.max() - columns.min() in range(5 * FONT_SIZE, 6 * FONT_SIZE + 3)
    assert (drawn[25, 14] == (35, 38, 42)).all()


@pytest.mark.parametrize("at", [(10, 2), (190, 30), (300, 30), (10, 60)])
def test_text_beyond_the_edge_is_cut(
    installed: list[Path], tmp_path: Path, at: tuple[int, int]
) -> None:
    installed.append(make_font(tmp_path / "cjk.ttf", CHINESE))
    write_text(canvas(200, 40), CHINESE, at)


def test_a_line_of_text_stays_one_line() -> None:
    broken, line = canvas(200, 40), canvas(200, 40)
    write_text(broken, "é\nb", (10, 30))
    write_text(line, r"é\nb", (10, 30))
    assert (broken == line).all()


@pytest.mark.parametrize("has_font", [True, False])
@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_pictures_show_the_ids(
    installed: list[Path], tmp_path: Path, suffix: str, has_font: bool
) -> None:
    """Matplotlib's warning about a missing glyph would be an error here."""
    if has_font:
        installed.append(make_font(tmp_path / "TestCJK.ttf", CHINESE + "高兴"))
    video = ScoredVideo(CHINESE, 60, [Interval(3, 9, 5, 0.5, "高兴")], fps=25.0)
    classes = ConfusionMatrix("Spotted", ["高兴", "joy"], [[3, 1], [2, 4]])
    curves, confusion = (tmp_path / f"{name}.{suffix}" for name in ("curves", "confusion"))
    draw_curves(curves, video)
    draw_confusions(confusion, [classes])
    assert (take_note() is None) == has_font
    if suffix == "svg":
        shown = CHINESE if has_font else "ZhangSan/ShiPin1"
        assert shown in texts_of(curves.read_bytes())
        label = "高兴" if has_font else "GaoXing"
        assert texts_of(confusion.read_bytes()).count(label) == 2
    if suffix == "pdf":
        assert b"TestCJK" not in curves.read_bytes(), "drawn as outlines"
        assert b"DejaVuSans" in curves.read_bytes()


def test_widths_are_those_of_the_font(installed: list[Path], tmp_path: Path) -> None:
    installed.append(make_font(tmp_path / "cjk.ttf", CHINESE))
    text_width.cache_clear()
    assert text_width("三频视", 72) == pytest.approx(3.0, abs=0.05)
    text_width.cache_clear()


def test_commands_find_installed_fonts(tmp_path: Path) -> None:
    """The folder of the user's own fonts, in a process that has not looked for fonts yet.

    In the test's process, no font is installed.
    """
    generic_folder(tmp_path / "own", TRUTH_CSV.replace("s1", "张三").replace("happiness", "高兴"))
    (tmp_path / "own" / "frames" / "s1").rename(tmp_path / "own" / "frames" / "张三")
    show = ("datasets", "preview", "generic", "--root", "own", "--subject", "张三", "--video", "v1")
    make_font(tmp_path / "home" / "fonts" / "AAA-NotoSansCJK.ttf", "张三高兴")
    variables = {"XDG_DATA_HOME": str(tmp_path / "home"), "MPLCONFIGDIR": str(tmp_path / "mpl")}
    run = mebench_process(tmp_path, *show, "-o", "with.png", env={**os.environ, **variables})
    assert run.status == 0 and "glyphs-missing" not in run.said, run.said
    content = (tmp_path / "with.png").read_bytes()
    assert decode(content) is not None
    run = mebench(tmp_path, *show, "-o", "without.png")
    assert run.status == 0 and "the characters 张三高兴:" in run.said
    assert (tmp_path / "without.png").read_bytes() != content
