"""Prediction files in a .gz, a workbook or a zip; archives that are no submissions."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.diagnostics import Findings, MebenchError
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.validate import validate
from mebench.formats import packed_files
from mebench.formats.loader import read_predictions
from mebench.formats.mapping_file import load_mapping
from mebench.models.protocol import ProtocolDataset
from tests.datasets.spreadsheets.making import ods, xls, xlsx
from tests.evaluation.documents import TOY, interval, submission, truth, write
from tests.formats.finding import TRUTH

HEAD = ["subject", "video", "onset", "offset", "emotion", "score"]
ROWS: list[list[Any]] = [
    [1, "a", 11, 20, "negative", 0.5],
    ["2", "a", 31.0, 41, "positive", 0.25],
]
TEXT = "subject,video,onset,offset,emotion,score\n1,a,11,20,negative,0.5\n2,a,31,41,positive,0.25\n"


def signature(path: Path, **options: Any) -> str:
    return mebench.score(path, TRUTH, TOY, **options).signature


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refusal(path: Path) -> mebench.Diagnostic:
    with pytest.raises(MebenchError) as caught:
        read_predictions(path, Findings())
    return caught.value.diagnostics[-1]


def test_every_package_of_one_table_gives_the_same_score(tmp_path: Path) -> None:
    expected = signature(write(tmp_path, "p.csv", TEXT))
    packed = gzip.compress(TEXT[:50].encode()) + gzip.compress(TEXT[50:].encode())
    (tmp_path / "p.csv.gz").write_bytes(packed)
    junk: dict[str, str | bytes] = {
        "__MACOSX/my/._p.csv": b"\0\1",
        "my/": b"",
        "my/paper.pdf": b"%PDF",
        "my.py": b"x",
        "readme.txt": "how to",
    }
    packages = [
        tmp_path / "p.csv.gz",
        xlsx(tmp_path / "p.xlsx", [HEAD, *ROWS]),
        xls(tmp_path / "p.xls", [HEAD, *ROWS]),
        ods(tmp_path / "p.ods", [HEAD, *ROWS]),
        zipped(tmp_path / "p.zip", {"my/deep/p.csv": TEXT, **junk}),
        zipped(tmp_path / "x.zip", {"p.xlsx": (tmp_path / "p.xlsx").read_bytes()}),
    ]
    assert [signature(path) for path in packages] == [expected] * len(packages)


def test_a_native_file_in_a_zip_is_read_and_converted(tmp_path: Path) -> None:
    native = submission({"1/a": [interval(11, 20)]})
    path = write(tmp_path, "p.json", native)
    package = zipped(tmp_path / "p.zip", {"p.json": path.read_bytes()})
    assert signature(package) == signature(path)
    assert validate(package, protocol=TOY)[1] == "mebench submission"


def test_the_sheet_with_a_header_and_its_places(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Results of 2026", None],
        [],
        [*HEAD[:4], "label, final", "conf"],
        *ROWS,
    ]
    rows[-1] = ["2", "a", "x\ny", 41, "positive", 0.25]
    path = xlsx(
        tmp_path / "p.xlsx", [["notes"], ["none"]], Results=rows, More=[[*HEAD[:5], "conf"], *ROWS]
    )
    findings = Findings()
    mapping = load_mapping({"columns": {"emotion": 5, "score": "conf"}})
    loaded = read_predictions(path, findings, mapping=mapping)
    assert [one.code for one in findings.kept] == ["sheet-tabs", "frame-not-integer"]
    wrong = findings.kept[1]
    assert (wrong.place.file, wrong.place.line, wrong.place.column) == (f"{path}[Results]", 5, 3)
    assert "'x y'" in wrong.message
    assert loaded.table.intervals.labels == ("negative",)


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_a_row_of_a_sheet_can_end_with_empty_cells(tmp_path: Path, suffix: str) -> None:
    rows: list[list[Any]] = [HEAD, *ROWS, [2, "b", None, None, None, None]]
    path = {"xlsx": xlsx, "xls": xls, "ods": ods}[suffix](tmp_path / f"p.{suffix}", rows)
    findings = Findings()
    loaded = read_predictions(path, findings)
    assert findings.kept == []
    assert [row[1:3] for row in loaded.table.videos] == [("1", "a"), ("2", "a"), ("2", "b")]


COMPOSITE = mebench.Protocol(
    id="two@1",
    title="Two data sets",
    task="spot",
    targets=["macro", "micro"],
    datasets=[ProtocolDataset(id="casme3"), ProtocolDataset(id="sammlv")],
)
CAS = "vid,onset,offset,type\nc1,11,20,mae\nc1,31,40,me\n"
SAMM = "vid,onset,offset,type\ns1,51,90,me\n"


def test_one_file_per_data_set(tmp_path: Path) -> None:
    rows = [("casme3", "c1", 10, 19, "macro"), ("casme3", "c1", 30, 39, "micro")]
    rows.append(("sammlv", "s1", 50, 89, "micro"))
    videos: dict[tuple[str, str], list[Any]] = {}
    for dataset, video, onset, offset, kind in rows:
        one = {"onset": onset, "offset": offset, "kind": kind}
        videos.setdefault((dataset, video), []).append(one)
    true = {
        "format": "mebench-truth/1",
        "videos": [
            {"dataset": dataset, "subject": "1", "video": video, "n_frames": 100, "intervals": both}
            for (dataset, video), both in videos.items()
        ],
    }
    package = zipped(tmp_path / "team.zip", {"sub/cas_pred.csv": CAS, "sub/samm_pred.csv": SAMM})
    report = mebench.score(package, true, COMPOSITE)
    assert report.counts.spotting is not None
    assert (report.counts.spotting.tp, report.counts.spotting.fp) == (3, 0)
    assert report.inputs[0].file == "team.zip" and report.inputs[0].format == "MEGC2023 CSV"
    wrong = zipped(
        tmp_path / "w.zip", {"cas_pred.csv": CAS, "samm_pred.csv": SAMM.replace("s1", "x")}
    )
    findings, _ = validate(wrong, truth=write(tmp_path, "t.json", true), protocol=COMPOSITE)
    [error] = [one for one in findings.kept if one.severity == "error"]
    assert error.code == "unknown-video"
    assert (error.place.file, error.place.line) == (f"{wrong}/samm_pred.csv", 2)


@pytest.mark.parametrize("names", [("a", "b"), ("cas1", "cas2"), ("cas", "smic")])
def test_files_whose_data_set_is_not_clear(tmp_path: Path, names: tuple[str, str]) -> None:
    package = zipped(tmp_path / "p.zip", {f"{names[0]}.csv": CAS, f"{names[1]}.csv": SAMM})
    findings, read_as = validate(package, protocol=COMPOSITE)
    assert read_as is None
    [error] = [one for one in findings.kept if one.severity == "error"]
    assert error.code == "archive-several-files"
    assert f"{names[0]}.csv, {names[1]}.csv" in error.message and "casme3, sammlv" in error.message


def test_several_files_for_one_data_set(tmp_path: Path) -> None:
    package = zipped(tmp_path / "p.zip", {"cas.csv": TEXT, "samm.csv": TEXT})
    with pytest.raises(MebenchError) as caught:
        signature(package)
    assert [one.code for one in caught.value.diagnostics] == ["archive-several-files"]
    both = zipped(tmp_path / "j.zip", {"a.json": "{}", "b.csv": CAS})
    assert refusal(both).code == "archive-several-files"
    with pytest.raises(MebenchError) as caught:
        mebench.score(submission({}), package, TOY)
    assert caught.value.diagnostics[-1].code == "archive-several-files"


def test_archives_that_are_no_submissions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = zipped(tmp_path / "good.zip", {"p.csv": TEXT}).read_bytes()
    encrypted = bytearray(good)
    for signature_, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(signature_) + at] |= 1
    names = (f"a{number}.csv" for number in range(packed_files.MEMBER_LIMIT + 1))
    many: dict[str, str | bytes] = dict.fromkeys(names, "")
    contents = {
        "outside of it": zipped(tmp_path / "a", {"../p.csv": TEXT}).read_bytes(),
        "outside of it ": zipped(tmp_path / "b", {"/etc/p.csv": TEXT}).read_bytes(),
        "1,001 members": zipped(tmp_path / "c", many).read_bytes(),
        "password": bytes(encrypted),
        "no file of predictions": zipped(tmp_path / "d", {"my.py": "x"}).read_bytes(),
        "is damaged": good[:60],
        "cannot be unpacked": gzip.compress(TEXT.encode())[:40],
        "cannot be unpacked:": b"\x1f\x8bno",
    }
    for why, content in contents.items():
        path = tmp_path / "bad"
        path.write_bytes(content)
        found = refusal(path)
        assert found.code == "archive-unreadable" and why.strip() in found.message, why
    monkeypatch.setattr(packed_files, "UNPACKED_LIMIT", 1 << 20)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, b"0" * 700_000)
    (tmp_path / "bomb.zip").write_bytes(bomb.getvalue())
    assert "unpacks to more than 1 MB" in refusal(tmp_path / "bomb.zip").message


def test_a_mapping_of_a_sheet_in_a_zip(tmp_path: Path) -> None:
    book = xlsx(tmp_path / "b.xlsx", [["who", "film", "t0", "t1", "x"], ["1", "a", 11, 20, "NEG"]])
    package = zipped(tmp_path / "p.zip", {"b.xlsx": book.read_bytes()})
    columns = {"subject": "who", "video": "film", "onset": "t0", "offset": "t1", "emotion": "x"}
    options = ScoringOptions(mapping=load_mapping({"columns": columns}))
    true = truth({"1/a": [interval(11, 20)]})
    findings, read_as = validate(
        package, truth=write(tmp_path, "t.json", true), protocol=TOY, options=options
    )
    assert read_as == "table"
    assert [one.code for one in findings.kept] == ["unknown-emotion"]
    assert "--label NEG=negative" in findings.kept[0].remedy
