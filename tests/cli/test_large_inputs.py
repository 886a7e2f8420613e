"""Small versions of `benchmarks/limits.py`: memory grows with the rows, and limits are refused."""

from __future__ import annotations

import json
import re
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from benchmarks import limits
from mebench.audit.run_audit import audit
from mebench.diagnostics import Findings
from mebench.formats.loader import read_predictions
from mebench.metrics.subject_counts import count_recognition
from mebench.util.toml_text import MAX_KEY_PARTS, parse_toml
from tests.cli.running import FINDINGS, FINE, USAGE, mebench


def test_more_overlapping_intervals_than_the_limit(tmp_path: Path) -> None:
    run = mebench(tmp_path, *limits.entangled(tmp_path, 2_100))
    assert run.status == FINDINGS and run.codes() == {"too-many-pairs"}


def test_many_classes_and_subjects(tmp_path: Path) -> None:
    """The confusion matrices of all subjects would take 1.6 GB."""
    pairs, units, classes = 20_000, 200, 1000
    number = np.arange(pairs)
    tracemalloc.start()
    counts = count_recognition(
        number % classes, number * 7 % classes, number % units, units=units, classes=classes
    )
    assert counts.pool(("micro",), [3]).analysis.total == pairs // units
    assert counts.pool(("micro",)).analysis.total == pairs
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()
    run = mebench(tmp_path, *limits.many_classes(tmp_path, 60, 3))
    assert run.status == FINE and "Confusion matrix of 60 classes" in run.out


def test_too_many_classes(tmp_path: Path) -> None:
    run = mebench(tmp_path, *limits.many_classes(tmp_path, 1001, 1))
    assert run.status == USAGE and "at most 1000 are allowed" in run.said


def test_a_picture_of_many_classes(tmp_path: Path) -> None:
    command = limits.many_classes(tmp_path, 101, 1)
    assert mebench(tmp_path, *command, "--format", "json", "-o", "r.json").status == FINE
    run = mebench(tmp_path, "plot", "confusion", "r.json", "-o", "x.png")
    assert run.status == FINDINGS and run.codes() == {"nothing-to-draw"}


def test_parts_have_the_numbers_of_their_own_rows(tmp_path: Path) -> None:
    """Equal parts share their numbers; each is the score of a truth with only this video."""
    command = limits.many_parts(tmp_path, "json", 40)
    assert mebench(tmp_path, *command).status == FINE
    parts = json.loads((tmp_path / "out.txt").read_text())["parts"]
    assert len(parts) == 40
    rows = {name: (tmp_path / name).read_text().splitlines() for name in ("p.csv", "t.csv")}
    for part in parts[:8]:
        own = re.compile(rf"{part['subject']},{part['video']},")
        for name, (header, *lines) in rows.items():
            chosen = [line for line in lines if own.match(line)]
            (tmp_path / f"one-{name}").write_text("\n".join([header, *chosen]) + "\n")
        options = ("--truth", "one-t.csv", "--protocol", "p.toml", "--format", "json", "--no-ci")
        alone = json.loads(mebench(tmp_path, "score", "one-p.csv", *options).out)
        assert part["metrics"] == alone["metrics"]
        assert part["counts"]["spotting"] == alone["counts"]["spotting"]


def test_the_time_of_parts_grows_with_their_number(tmp_path: Path) -> None:
    """Each part once read the predictions of all; then 4,000 parts took a minute."""
    command = limits.many_parts(tmp_path, "csv", 4_000)
    begin = time.process_time()
    assert mebench(tmp_path, *command).status == FINE
    assert time.process_time() - begin < 10


def test_a_large_table_takes_little_memory(tmp_path: Path) -> None:
    peaks = {}
    for rows in (10_000, 20_000):
        path = tmp_path / limits.long_table(tmp_path, rows)[1]
        tracemalloc.start()
        table = read_predictions(path, Findings()).table
        peaks[rows] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(table.intervals) == rows
    per_row = (peaks[20_000] - peaks[10_000]) / 10_000
    assert per_row < 400, "bytes; 5,000,000 rows stay below 2 GiB"


def test_one_long_cell_does_not_widen_its_column(tmp_path: Path) -> None:
    header, row = "subject,video,onset,offset,emotion\n", "1,a,1,2,x\n"
    path = tmp_path / "p.csv"
    path.write_text(header + row * 5_000 + f"1,a,{'1' * 50_000},2,x\n")
    tracemalloc.start()
    read_predictions(path, Findings())
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["audit_systems", "audit_classes", "audit_hits"])
def test_audits_take_milliseconds_per_row(tmp_path: Path, name: str) -> None:
    rows = {"audit_systems": 600, "audit_classes": 60, "audit_hits": 300}[name]
    getattr(limits, name)(tmp_path)
    text = (tmp_path / "rows.toml").read_text()
    head = "[[rows]]".join(text.split("[[rows]]")[: rows + 1])
    (tmp_path / "rows.toml").write_text(head)
    begin = time.process_time()
    assert len(audit([tmp_path / "rows.toml"]).rows) == rows
    assert time.process_time() - begin < 10


def test_rows_as_an_inline_array(tmp_path: Path) -> None:
    """The place of the protocol was searched in the whole text once per row."""
    row = '{id = "%d", method = "m", source = "s", link_text = "l", protocol = "casme2-str@1"}'
    rows = ",\n".join(row % index for index in range(3_000))
    path = tmp_path / "rows.toml"
    path.write_text(f'format = "mebench-published/1"\nrows = [\n{rows}\n]\n')
    begin = time.process_time()
    assert len(audit([path]).rows) == 3_000
    assert time.process_time() - begin < 15


@pytest.mark.parametrize(
    "text", ["a." * 1_000_000 + "a = 1", "[" + "a . " * 100_000 + "a]", "x" * 10**6]
)
def test_long_keys_are_refused_at_once(text: str) -> None:
    begin = time.process_time()
    with pytest.raises(ValueError, match=r"parts|Expected"):
        parse_toml(text)
    assert time.process_time() - begin < 5
    assert parse_toml(".".join("a" * (MAX_KEY_PARTS - 1)) + " = 1")
