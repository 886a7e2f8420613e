"""``mebench inspect``: what it sees in a file, and a mapping that works literally."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.cli.running import FINE, SCORED, Run, files, mebench
from tests.datasets.spreadsheets.making import xlsx
from tests.evaluation.documents import write

KNOWN = "sub;clip;start;end;label;conf\n1;a;12;21;Happy;0,93\n2;a;31;41;NEG;0,8\n"
UNKNOWN = KNOWN.replace("sub;clip;start;end;label;conf", "who;film;t0;t1;it;z")
TABLES = {
    "common names": KNOWN,
    "unknown names": UNKNOWN,
    "no header": KNOWN.partition("\n")[2],
}


def follow(folder: Path, run: Run) -> Run:
    """Run the command that ``inspect`` prints."""
    [line] = [line for line in run.out.splitlines() if line.startswith("To score: ")]
    words = shlex.split(line.removeprefix("To score: "))
    assert words.pop(0) == "mebench"
    return mebench(folder, *words)


@pytest.mark.parametrize("name", TABLES)
def test_the_mapping_and_the_command_work(tmp_path: Path, name: str) -> None:
    write(files(tmp_path), "theirs.csv", TABLES[name])
    run = mebench(tmp_path, "inspect", "theirs.csv", *SCORED, "-o", "lab.toml")
    assert run.status == FINE, run
    has_header = "no header" if name == "no header" else "a header"
    assert f"2 rows, {has_header}, delimiter ';', decimal comma" in run.out
    assert "labels: Happy 1, NEG 1" in run.out and "frames 12 to 41, counted from 0" in run.out
    scored = follow(tmp_path, run)
    assert scored.status == FINE, scored
    assert "Read predictions theirs.csv as table, first frame 0" in scored.out
    mapping = (tmp_path / "lab.toml").read_text()
    assert 'Happy = "positive"' in mapping and "set first_frame = 1" in mapping
    assert ("guessed" in mapping) == (name != "common names")


def test_a_workbook(tmp_path: Path) -> None:
    head = ["who", "film", "begin", "stop", "label"]
    xlsx(files(tmp_path) / "b.xlsx", [["Results"], head, ["1", "a", 11, 20, "negative"]])
    run = mebench(tmp_path, "inspect", "b.xlsx", *SCORED, "--columns", "subject=who,video=film")
    assert run.status == FINE and "table: 1 row, a header" in run.out
    assert 'subject = "who"' in run.out and "film    a         video" in run.out


@pytest.mark.parametrize(
    ("name", "fact"), [("p.csv", "kinds: none 2"), ("p.json", "2 intervals in")]
)
def test_a_known_format_needs_no_mapping(tmp_path: Path, name: str, fact: str) -> None:
    run = mebench(files(tmp_path), "inspect", name, *SCORED)
    assert (
        run.status == FINE
        and fact in run.out
        and "Mapping" not in run.out
        and "--mapping" not in run.out
    )
    assert follow(tmp_path, run).status == FINE


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("x\n", "neither a known one nor a table"),
        ("vid,duration\na,3\n", "wrong-file"),
        ("sub,clip,start,end,label,pred\n1,a,3,9,negative,positive\n", "columns-ambiguous"),
        ("a,b,c\nx,y,z\n", "Name the columns with --columns"),
        ('a,b,c\nx,"y,z\n', "csv-syntax"),
        ('[{"onset": 1, "offset": 2}]', "foreign-json"),
        ("sub,clip,start_s,end_time\n1,a,0.5,0.7\n", "frame-rate-needed"),
        ("sub,clip,start,end,typeidx\n1,a,5,7,1\n", "Add [kinds]"),
    ],
)
def test_what_cannot_be_read_is_described(tmp_path: Path, content: str, expected: str) -> None:
    write(tmp_path, "theirs.csv", content)
    run = mebench(tmp_path, "inspect", "theirs.csv")
    assert run.status == FINE and expected in run.said, run
