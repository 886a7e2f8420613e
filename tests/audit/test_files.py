"""Files of published rows: what is read, and what hostile ones are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mebench.audit.run_audit import audit
from mebench.diagnostics import MebenchError, UsageError
from mebench.published.loader import MAX_CHARACTERS, read_published

HEAD = 'format = "mebench-published/1"\nprotocol = "casme2-str@1"\n\n'
ROW = """[[rows]]
id = "one"
method = "A method"
source = "A paper, Table 1"
link_text = "A paper"

[rows.values.headline]
spotting_f1 = ".6516"
uf1 = ".5766"
analysis_f1 = ".5927"

[rows.counts.headline]
tp = 159
fp = 85
fn = 85
"""
TOML = HEAD + ROW

Problem = tuple[str, str | None, int | None]


def problems(folder: Path, content: str | bytes, name: str = "rows.toml") -> list[Problem]:
    """Return code, pointer and line of everything that is wrong with a file."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        audit([path])
    except MebenchError as error:
        return [(one.code, one.place.pointer, one.place.line) for one in error.diagnostics]
    return []


def found(folder: Path, content: str, name: str = "rows.csv") -> list[tuple[str, int | None]]:
    """Return rule and line of what the audit finds."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return [(one.rule.id, one.place.line) for one in audit([path]).findings]


def test_the_sound_one(tmp_path: Path) -> None:
    assert problems(tmp_path, TOML) == []
    assert problems(tmp_path, TOML.replace("\n", "\r\n")) == []
    assert found(tmp_path, TOML, "rows.toml") == []
    [one] = read_published(tmp_path / "rows.toml")
    assert one.values["headline"]["uf1"] == ".5766", "as printed"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (TOML.replace("A paper", "\u00e9").encode("latin-1"), "not-utf8"),
        (TOML.encode("utf-16"), "not-utf8"),
        (TOML.encode() + b"\0", "not-utf8"),
        (b"\x7fELF\x01\x02\x03", "published-syntax"),
        (TOML + "x =\n", "published-syntax"),
        ("{}", "published-syntax"),
        (TOML.replace('".5766"', "9" * 5000), "published-syntax"),
        ("a = " + "[" * 100_000, "published-syntax"),
        ("# " + "x" * MAX_CHARACTERS, "file-too-large"),
        ("rows = 3\n", "missing-field"),
    ],
)
def test_unreadable(tmp_path: Path, content: str | bytes, code: str) -> None:
    assert code in [one[0] for one in problems(tmp_path, content)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('".5766"', "0.5766", ("wrong-type", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', "nan", ("wrong-type", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', '"NaN"', ("number-unreadable", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', '"inf"', ("number-unreadable", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', '"=1+1"', ("number-unreadable", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', '"1e400"', ("number-unreadable", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', '"."', ("number-unreadable", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', '"٣"', ("number-unreadable", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', '""', ("value-empty", "/rows/0/values/headline/uf1", 12)),
        ('".5766"', f'".{"9" * 5000}"', ("value-too-long", "/rows/0/values/headline/uf1", 12)),
        ("uf1 =", "uf2 =", ("unknown-metric", "/rows/0/values/headline/uf2", 12)),
        ("uf1 =", "apex_mea =", ("unknown-metric", "/rows/0/values/headline/apex_mea", 12)),
        ("[rows.values.headline]", "[rows.values.micro]", ("unknown-group", None, 10)),
        ("tp = 159", "tp = -1", ("value-out-of-range", "/rows/0/counts/headline/tp", 16)),
        ("tp = 159", "tp = 1000000000000", ("value-out-of-range", None, 16)),
        ("tp = 159", "tp = 1.5", ("wrong-type", "/rows/0/counts/headline/tp", 16)),
        ("tp = 159", "classes = [1, 2]", ("inconsistent", "/rows/0/counts/headline/classes", 16)),
        ('method = "A method"', "", ("missing-field", "/rows/0/method", 4)),
        ("casme2-str@1", "casme2-st@1", ("unknown-protocol", "/protocol", 2)),
        ("casme2-str@1", "../protocols/casme2-str@1.toml", ("unknown-protocol", None, 2)),
        ('protocol = "casme2-str@1"', "", ("inconsistent", "", None)),
        ("published/1", "published/2", ("wrong-format-version", "/format", 1)),
        ('id = "one"', 'id = "one"\nyaer = 2020', ("unknown-field", "/rows/0/yaer", 6)),
    ],
)
def test_wrong_value(tmp_path: Path, old: str, new: str, expected: Problem) -> None:
    assert old in TOML
    told = problems(tmp_path, TOML.replace(old, new))
    code, pointer, line = expected
    assert (code, line) in [(one[0], one[2]) for one in told], told
    assert pointer is None or expected in told, told


def test_everything_at_once(tmp_path: Path) -> None:
    content = TOML.replace('".5766"', '"x"').replace("spotting_f1", "spoting_f1") + "\n" + ROW
    assert sorted(problems(tmp_path, content)) == [
        ("number-unreadable", "/rows/0/values/headline/uf1", 12),
        ("row-doubled", "/rows/1", 20),
        ("unknown-metric", "/rows/0/values/headline/spoting_f1", 11),
    ]


def test_several_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(TOML.replace('".5766"', '"x"'), encoding="utf-8")
    (tmp_path / "b.toml").write_text("x =", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        audit([tmp_path / "a.toml", tmp_path / "b.toml", tmp_path / "missing.toml"])
    assert {one.code for one in caught.value.diagnostics} == {
        *("number-unreadable", "published-syntax", "file-unreadable"),
    }


CSV = """method,protocol,spotting_f1,analysis_f1,strs,uf1
good,casme2-str@1,.6516,.5927,.3862,.5766
bad,casme2-str,65.16 %,.5927,.3862,.6755
"""


def test_a_csv(tmp_path: Path) -> None:
    assert found(tmp_path, CSV) == [("uf1-above-f1", 3)]


def test_a_csv_of_a_spreadsheet(tmp_path: Path) -> None:
    """Semicolons, decimal commas, a byte order mark, CR LF, quotes, and empty cells."""
    lines = [
        "\ufeffmethod;protocol;spotting_f1;analysis_f1;strs;tp;fp;fn;classes",
        '"one; two";casme-sq-str@1;0,1214;0,6667;0,0809;17;206;40;',
        "three;casme-sq-str@1;12,14 %;0,6667;0,0909;–;-;;3/2/2",
    ]
    assert found(tmp_path, "\r\n".join(lines)) == [("strs-product", 3)]


def test_a_csv_with_groups(tmp_path: Path) -> None:
    header = "method,protocol,micro.spotting_f1,macro.spotting_f1,spotting_f1\n"
    rows = "a,megc2020-spot-sammlv@1,.0364,.0629,.0445\nb,megc2020-spot-sammlv@1,.10,.20,.30\n"
    assert found(tmp_path, header + rows) == [("pooled-outside-kinds", 3)]
    parts = "method,protocol,smic-hs-short.uf1,smic-hs-short.uar\na,megc2019-cde@1,.2000,.5280\n"
    assert found(tmp_path, parts) == [("uf1-below-uar", 2)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("method,uf1\na,.5\n", [("csv-missing-column", 1)]),
        ("method,protocol,uf1\na,casme2-str,.5,.6\n", [("csv-row-width", 2)]),
        ("method,protocol,ufl\na,casme2-str,.5\n", [("csv-unknown-column", 1)]),
        ("method,protocol,uf1,uf1\na,casme2-str,.5,.5\n", [("csv-duplicate-column", 1)]),
        ('method,protocol,uf1\na,casme2-str,".5\n', [("csv-syntax", 2)]),
        ("method,protocol,uf1\na,casme2-str,=1+1\n", [("number-unreadable", 2)]),
        ("method,protocol,uf1\na,casme2-str,1.000.000\n", [("number-unreadable", 2)]),
        ("method,protocol,uf1\na,casme2-str," + "9" * 5000 + "\n", [("value-too-long", 2)]),
        ("method,protocol,tp\na,casme2-str,-3\n", [("number-unreadable", 2)]),
        ("method,protocol,tp\na,casme2-str,10000000000\n", [("value-out-of-range", 2)]),
        ("method,protocol,classes\na,casme2-str,1/2\n", [("inconsistent", 2)]),
        ("method,protocol,uf1\na,nothing,.5\n", [("unknown-protocol", 2)]),
        ("method,protocol,micro.uf1\na,casme2-str,.5\n", [("unknown-group", 2)]),
        ("method,protocol,asr\na,casme-sq-str,.5\n", [("unknown-metric", 2)]),
        ("method,protocol,scope\na,casme2-str,some\n", [("wrong-value", 2)]),
        ("method,protocol,year\na,casme2-str,soon\n", [("number-unreadable", 2)]),
        (
            "method,protocol,uf1,tp\na,casme2-str,x,1\n,casme2-str,.5,y\n",
            [("number-unreadable", 2), ("number-unreadable", 3)],
        ),
    ],
)
def test_a_wrong_csv(tmp_path: Path, content: str, expected: list[tuple[str, int]]) -> None:
    told = [(code, line) for code, _, line in problems(tmp_path, content, "rows.csv")]
    assert told == expected


def test_a_column_without_a_meaning_is_ignored_aloud(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("method,protocol,uf1,colour\na,casme2-str,.5,blue\n", encoding="utf-8")
    assert [one.code for one in audit([path]).remarks] == ["csv-column-ignored"]


def test_many_rows_take_no_time(tmp_path: Path) -> None:
    header = (
        "method,protocol,uf1,uar,uar_all,spotting_precision,spotting_recall,spotting_f1,system\n"
    )
    line = "a{},casme2-str,.5000,.5000,.5000,.6516,.6516,.6516,s{}\n"
    rows = "".join(line.format(at, at % 7) for at in range(2000))
    assert found(tmp_path, header + rows) == []
