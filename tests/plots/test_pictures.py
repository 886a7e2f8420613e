"""Every figure in every format: reproducible bytes, the right size, numbers as text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mebench.diagnostics import UsageError
from mebench.plots.critical_difference import bar_columns, joined_runs
from mebench.plots.figure import (
    PALETTE,
    palette_color,
    replace_missing_glyphs,
    text_width,
    truncate_text,
    wrap_text,
)
from mebench.plots.variant_bars import VariantScores, draw_variants
from tests.plots.pictures import EXTREME, NASTY, SAME_TEXTS, USUAL, size_of, texts_of

BEGINS = {"png": b"\x89PNG", "pdf": b"%PDF-", "svg": b"<?xml"}


@cache
def drawn(kind: str, ending: str) -> bytes:
    """Return a usual figure, which several tests look at."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"one.{ending}")
        USUAL[kind](path)
        return path.read_bytes()


@pytest.mark.parametrize("ending", BEGINS)
@pytest.mark.parametrize("kind", USUAL)
def test_the_same_bytes_again(tmp_path: Path, kind: str, ending: str) -> None:
    again = tmp_path / f"two.{ending}"
    USUAL[kind](again)
    content = drawn(kind, ending)
    assert content == again.read_bytes()
    assert content.startswith(BEGINS[ending])
    # Neither the program nor the date.
    for word in (b"Matplotlib v", b"CreationDate", b"dc:date", b"Software"):
        assert word not in content
    assert list(tmp_path.iterdir()) == [again]


@pytest.mark.parametrize("kind", EXTREME)
def test_extremes_are_drawn_without_a_warning(tmp_path: Path, kind: str) -> None:
    """In a PDF, only texts are drawn in another way than in an SVG."""
    for ending in BEGINS.keys() - ({"pdf"} if kind in SAME_TEXTS else {}):
        path = tmp_path / f"one.{ending}"
        EXTREME[kind](path)
        assert path.read_bytes().startswith(BEGINS[ending])
    assert_as_wide_as_a_column_or_a_page((tmp_path / "one.png").read_bytes())
    for text in texts_of((tmp_path / "one.svg").read_bytes()):
        assert text_width(text, 5.0) < 7.0


@pytest.mark.parametrize("kind", USUAL)
def test_pictures_are_as_wide_as_a_column_or_a_page(kind: str) -> None:
    assert_as_wide_as_a_column_or_a_page(drawn(kind, "png"))


def assert_as_wide_as_a_column_or_a_page(png: bytes) -> None:
    width, height = size_of(png)
    assert width in (680, 1400)
    assert 0 < height < 4000


WRITTEN = {
    "confusion": {"joy", "fear", "31", "57", "97%", "100%", "–", "(missing)", "True", "Predicted"},
    "curves": {"joy", "true", "spotted", "candidate", "threshold", "smoothed", "frame 20"},
    "critical differences": {"first", "second", "third", "STRS", "A protocol", "mebench:1|p:toy@1"},
    "dose and response": {
        "Sensor noise",
        "gray levels",
        "1.5",
        "F1",
        "AP",
        "A method",
        "mebench:1|p:toy@1",
    },
    "power": {"F1", "UF1", "Power", "Detectable difference", "Subjects (this truth: 20)", "seed 0"},
    "variants": {"Gaussian, σ = 1", "simple", "F1", "STRS", "0.123", "0.456", "1.000", "–"},
}


@pytest.mark.parametrize("kind", USUAL)
def test_text_can_be_searched(kind: str) -> None:
    assert set(texts_of(drawn(kind, "svg"))) >= WRITTEN[kind]


def test_bars_join_the_longest_runs() -> None:
    joined = [(0, 1), (2, 0), (1, 2), (2, 3), (4, 5), (0, 3)]
    assert joined_runs(6, joined) == [(0, 2), (2, 3), (4, 5)]
    assert bar_columns([(0, 2), (2, 3), (4, 5)]) == [0, 1, 0]
    assert joined_runs(3, [(0, 2)]) == []


@pytest.mark.parametrize("name", ["picture", "picture.", "picture.jpg", "picture.png.tiff"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        USUAL["confusion"](tmp_path / name)
    assert [finding.code for finding in caught.value.diagnostics] == ["unknown-ending"]
    assert not list(tmp_path.iterdir())


def test_a_capital_ending_is_one(tmp_path: Path) -> None:
    USUAL["critical differences"](tmp_path / "one.PDF")
    assert (tmp_path / "one.PDF").read_bytes().startswith(b"%PDF-")


def test_no_folder_no_picture(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        USUAL["confusion"](tmp_path / "none" / "one.png")
    assert [finding.code for finding in caught.value.diagnostics] == ["cannot-write"]


def test_the_users_own_settings_change_nothing(tmp_path: Path) -> None:
    """Neither a matplotlibrc nor rcParams change the figure, and rcParams are not changed."""
    import matplotlib

    own = tmp_path / "own.png"
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red", "font.weight": "bold"}):
        USUAL["curves"](own)
        assert matplotlib.rcParams["font.size"] == 20
    assert own.read_bytes() == drawn("curves", "png")
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\nsavefig.bbox: tight\n")
    code = (
        "import sys; from pathlib import Path; from tests.plots.pictures import USUAL;"
        "USUAL['curves'](Path(sys.argv[1])); assert 'matplotlib.pyplot' not in sys.modules"
    )
    root = Path(__file__).parents[2]
    process = tmp_path / "process.png"
    subprocess.run(
        [sys.executable, "-c", code, str(process)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=True,
    )
    assert process.read_bytes() == drawn("curves", "png")


def test_colors_are_different() -> None:
    colors = [palette_color(index) for index in range(2 * len(PALETTE))]
    assert len(set(colors)) == len(colors)
    assert tuple(colors[: len(PALETTE)]) == PALETTE


def test_letters_that_no_font_has_are_escapes() -> None:
    assert replace_missing_glyphs("a \U000fffff $ é\t\x07") == "a \\U000fffff $ é \\x07"
    assert replace_missing_glyphs("x" * 10**6) == "x" * 400


@pytest.mark.parametrize("width", [0.3, 1.0, 3.0])
def test_truncated_text_fits(width: float) -> None:
    short = truncate_text(NASTY, width)
    assert short.endswith("…")
    assert text_width(short) <= width
    lines = wrap_text(NASTY, width, 3).split("\n")
    assert len(lines) <= 3
    assert all(text_width(line) <= width for line in lines)
    assert truncate_text("é", width) == wrap_text("é", width, 3) == "é"


def test_lines_break_between_words() -> None:
    assert wrap_text("one two three", text_width("one two"), 2) == "one two\nthree"


def test_a_long_title_is_wrapped(tmp_path: Path) -> None:
    """The end of the title, which names the table of the paper, must remain in a narrow figure."""
    settings = [VariantScores(name, {"STRS": 0.5}) for name in ("with", "without")]
    draw_variants(tmp_path / "a.svg", settings, title="Short")
    long = "With and without inductive transfer learning [Liong, See, Chan 2023, Table 9]"
    draw_variants(tmp_path / "b.svg", settings, title=long)
    short, broken = ((tmp_path / name).read_text() for name in ("a.svg", "b.svg"))
    assert "Table 9]" in broken
    assert "…" not in broken

    def height(picture: str) -> float:
        match = re.search(r'height="([0-9.]+)pt"', picture)
        assert match is not None
        return float(match[1])

    assert height(broken) > height(short)
