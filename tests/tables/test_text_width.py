"""Tables in a terminal fit its width: columns are left out, cells are folded, no word is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.tables.grid import NO_VALUE, Grid, fold, text_width
from tests.cli.running import FINE, SCORED, files, mebench

WORDS = st.text("abcxyz0.-/é日", min_size=1, max_size=9)
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Draw a grid of which every column but the first is optional."""
    count = draw(st.integers(1, 6))
    header = ["first", *(f"column {index}" for index in range(1, count))]
    align = "".join(draw(st.lists(st.sampled_from("lr"), min_size=count, max_size=count)))
    # A number with its interval is not folded.
    cells = [
        st.none() | (TEXTS if side == "l" else WORDS | st.just("0.5 [.4, .6]")) for side in align
    ]
    rows = draw(st.lists(st.tuples(*cells).map(list), max_size=5))
    return Grid(header, align, rows, optional=draw(st.permutations(header[1:])))


def words_of(grid: Grid, without: set[str]) -> list[str]:
    """Return the words of all columns but some, sorted."""
    rows: list[list[str | None]] = [list(grid.header), *grid.rows]
    cells = [
        cell
        for row in rows
        for title, cell in zip(grid.header, row, strict=True)
        if title not in without
    ]
    return sorted(word for cell in cells for word in (NO_VALUE if cell is None else cell).split())


@given(grids(), st.integers(20, 120), st.sampled_from(["", "  "]))
def test_lines_fit_and_no_word_is_broken_or_lost(grid: Grid, width: int, indent: str) -> None:
    lines = grid.as_text(indent, width)
    assert max(map(text_width, lines)) <= width
    table, _, note = "\n".join(lines).partition("Columns not shown:")
    left_out = {title for title in grid.optional if title in " ".join(note.split())}
    assert sorted(table.replace("─", "").split()) == words_of(grid, left_out)


@given(grids(), st.integers(20, 120))
def test_the_least_important_columns_are_left_out_first(grid: Grid, width: int) -> None:
    titles = " ".join(" ".join(grid.as_text("", width)).split())
    if "Columns not shown" in titles:
        listed = titles.partition("Columns not shown: ")[2].partition(".")[0].split(", ")
        assert listed == list(grid.optional[: len(listed)])
        assert f"COLUMNS={max(map(text_width, grid.as_text('')))}" in titles or not grid.rows


@given(grids())
def test_a_wide_terminal_changes_nothing(grid: Grid) -> None:
    assert grid.as_text("", 10_000) == grid.as_text("")


@given(TEXTS, st.integers(1, 30))
def test_fold(text: str, width: int) -> None:
    lines = fold(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(text_width(line) <= width or " " not in line for line in lines)


def test_required_columns_stay() -> None:
    grid = Grid(["name", "path"], "ll", [["a", "/a/path/that/is/longer/than/the/terminal"]])
    assert grid.as_text("", 20)[-1] == "a     /a/path/that/is/longer/than/the/terminal"


def test_a_folded_table() -> None:
    grid = Grid(
        ["protocol", "task", "number of videos", "title"],
        "llrl",
        [["casme2-str@1", "spot-then-recognize", "244", "CASME II, all of its five classes"]],
        optional=["task"],
    )
    assert grid.as_text("", 48) == [
        "              number",
        "                  of",
        "protocol      videos  title",
        "────────────  ──────  ──────────────────────────",
        "casme2-str@1     244  CASME II, all of its five",
        "                      classes",
        "",
        "Columns not shown: task. To see them, widen the",
        "terminal or set COLUMNS=86.",
    ]


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize(
    "arguments",
    [
        ("protocols",),
        ("datasets",),
        ("datasets", "where"),
        ("run-baseline", "--list"),
        ("run-baseline", "random", "--list"),
        ("explain",),
        ("explain", "annotation-invalid"),
    ],
)
def test_commands_fit(tmp_path: Path, arguments: tuple[str, ...], columns: int) -> None:
    run = mebench(tmp_path, *arguments, COLUMNS=str(columns))
    assert run.status == FINE
    lines = [line for line in run.out.splitlines() if not line.startswith("Configuration: ")]
    assert max(map(text_width, lines)) <= columns


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("arguments", [("p.csv", "p.json"), ("p.csv", "--by", "video")])
def test_scores_fit(tmp_path: Path, arguments: tuple[str, ...], columns: int) -> None:
    files(tmp_path)
    run = mebench(tmp_path, "score", *arguments, *SCORED, COLUMNS=str(columns))
    assert run.status == FINE
    tables = [line for line in run.out.splitlines() if line.startswith("  ")]
    assert max(map(text_width, tables)) <= columns
    assert "STRS" in run.out
    for layout in ("markdown", "csv", "latex", "json"):
        options = ("score", *arguments, *SCORED, "--format", layout)
        wide = mebench(tmp_path, *options, COLUMNS="500")
        assert mebench(tmp_path, *options, COLUMNS=str(columns)).out == wide.out
