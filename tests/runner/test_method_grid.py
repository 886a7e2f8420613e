"""A grid of methods: each cell is the score of its composition."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from mebench.diagnostics import UsageError
from mebench.plots.score_matrix import ScoreMatrix, draw_score_matrix
from mebench.runner.composed_options import ComposedOptions
from mebench.runner.composition import compose
from mebench.runner.method_grid import grid_baseline, parse_grid
from mebench.runner.run_config import options_from_arguments
from tests.runner.running import Bench
from tests.runner.trials.halves import Finder, Namer


def test_cells_are_the_runs(bench: Bench, two: Path) -> None:
    """The shell splits the grid into words; options reach the methods that have them."""
    bench = Bench(bench.home, bench.folder, two, bench.mark)
    grid = ("--grid", "finder,random", "×", "namer,majority", "--finder-count", "2", "-o", "grid")
    command = bench.arguments("", *grid)
    command.remove("")
    ended = bench.mebench(*command)
    assert ended.status == 0, ended.err
    assert "4 of 4: random+majority" in ended.err
    folder = bench.folder / "grid"
    with (folder / "table.csv").open() as file:
        rows = {row[""]: row for row in csv.DictReader(file)}
    assert list(rows) == ["finder+namer", "finder+majority", "random+namer", "random+majority"]
    table = (folder / "table.md").read_text()
    for name, row in rows.items():
        report = json.loads((folder / name / "report.json").read_text())
        assert row["signature"] == report["signature"]
        assert report["metrics"]["strs"]["value"] in (None, float(row["strs"] or "nan"))
        assert report["signature"] in table
    submission = json.loads((folder / "finder+namer" / "predictions.json").read_text())
    assert {len(video["intervals"]) for video in submission["videos"]} == {2}
    assert (folder / "picture.png").stat().st_size > 5_000
    assert "finder,random x namer,majority under trials@1" in ended.out
    again = bench.mebench(*command, "--resume")
    assert (again.status, again.out) == (0, ended.out)
    assert "folds 1/2" not in again.err


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "words",
    [
        ["finder,random x namer"],
        ["finder,random", "x", "namer"],
        ["finder,", "random", "×namer"],
        [" finder , random*namer"],
    ],
)
def test_spellings_of_a_grid(words: list[str]) -> None:
    spotters, recognizers = parse_grid(words)
    assert [one.name for one in spotters] == ["finder", "random"]
    assert [one.name for one in recognizers] == ["namer"]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("finder", "bad-grid"),
        ("finder x", "bad-grid"),
        ("finder x namer x namer", "bad-grid"),
        ("finder,finder x namer", "bad-grid"),
        ("finder+namer x namer", "bad-grid"),
        ("namer x finder", "baseline-task"),
        ("finder x nothing", "unknown-baseline"),
    ],
)
def test_other_grids_are_refused(text: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_grid([text])
    assert [one.code for one in caught.value.diagnostics] == [code]


def test_options_of_a_grid_become_those_of_its_cells() -> None:
    """``count`` differs between the methods and has their names; ``pause`` is one option."""
    kind = grid_baseline((Finder,), (Namer,))
    options = options_from_arguments(kind, ["--pause", "0.5", "--namer-count", "4"])
    assert isinstance(options, ComposedOptions)
    cell = options.for_parts((Finder, Namer))
    assert type(cell) is compose(Finder, Namer).options_type
    assert cell.model_dump(exclude_unset=True) == {"pause": 0.5, "namer_count": 4}


def test_a_grid_needs_both_tasks(bench: Bench, two: Path) -> None:
    grid = ("--grid", "random x random", "--protocol", "synthetic-spot@1", "-o", "grid")
    ended = bench.mebench("run-baseline", *grid)
    assert ended.status == 2
    assert "error [bad-grid] The task of synthetic-spot@1 is spot;" in ended.err
    assert not (bench.folder / "grid").exists()


def test_a_file_in_place_of_the_folder_is_named(bench: Bench) -> None:
    (bench.folder / "f").write_text("hi")
    for command in (
        ("run-baseline", "--grid", "random x majority"),
        ("stress", "random", "--factors", "noise", "--videos", "1"),
    ):
        ended = bench.mebench(*command, "--jobs", "1", "-o", "f")
        assert ended.status == 2
        assert "error [not-a-run] It cannot be read as the record of" in ended.err


def test_a_refused_stress_leaves_no_folder(bench: Bench) -> None:
    refused = ("stress", "finder", "--factors", "noise", "--protocol", "synthetic-str@1")
    ended = bench.mebench(*refused, "-o", "s")
    assert (ended.status, "error [baseline-task]" in ended.err) == (2, True)
    assert not (bench.folder / "s").exists()


def test_any_matrix_is_drawn(tmp_path: Path) -> None:
    """Long names, undefined values and a single cell."""
    for count, name in ((1, "a"), (4, "a-method-of-a-very-long-name-indeed")):
        cells = [
            [None if row == column else 0.1 * row for column in range(count)]
            for row in range(count)
        ]
        names = [f"{name}-{number}" for number in range(count)]
        bounds = [["[.000, .100]"] * count] * count
        matrix = ScoreMatrix(
            "title " * 9 * count, names, names, cells, bounds, [None] * count, [""] * count
        )
        draw_score_matrix(tmp_path / f"{count}.png", matrix)
        assert (tmp_path / f"{count}.png").stat().st_size > 3_000
