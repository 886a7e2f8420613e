"""Every command: its output, its files, and that other commands accept them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mebench.cli.main import COMMANDS
from mebench.models.schemas import SCHEMAS
from mebench.protocols.loader import shipped_protocol_ids
from tests.cli.running import FINDINGS, FINE, SCORED, files, mebench, mebench_process


def test_help_lists_every_command(tmp_path: Path) -> None:
    run = mebench_process(tmp_path, "--help")
    assert run.status == FINE
    for name, line in COMMANDS.items():
        assert f"  {name} " in run.out
        assert line.split(".")[0].split()[0] in run.out
    assert mebench(tmp_path).status != FINE, "a command is required"
    assert mebench(tmp_path, "--version").out.startswith("mebench ")


def test_score_then_verify(tmp_path: Path) -> None:
    files(tmp_path)
    table = mebench(tmp_path, "score", "p.json", *SCORED)
    assert table.status == FINE
    written = mebench(tmp_path, "score", "p.json", *SCORED, "--format", "json", "-o", "report.json")
    assert (written.status, written.out) == (FINE, "")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["signature"] in table.out
    value = report["metrics"]["spotting_f1"]
    assert (value["value"], value["reason"]) == (1.0, None)
    assert value["ci95"]["method"] == "exact-by-subjects"
    inputs = ("--predictions", "p.json", *SCORED)
    again = mebench(tmp_path, "verify", "report.json", *inputs)
    assert (again.status, again.out) == (FINE, f"Verified: {report['signature']}\n")

    report["metrics"]["strs"]["value"] = 0.99
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    changed = mebench(tmp_path, "verify", "report.json", *inputs)
    assert changed.status == FINDINGS
    assert "strs: 0.99 in the report" in changed.out
    report["signature"] = "mebench:"
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    assert mebench(tmp_path, "verify", "report.json", *inputs).status == FINDINGS


def test_validate(tmp_path: Path) -> None:
    files(tmp_path)
    good = mebench(tmp_path, "validate", "p.json", "p.csv", *SCORED)
    assert good.status == FINE
    assert good.codes("warning") == {"videos-not-listed"}, "1/b has no row in both files"
    assert [line for line in good.out.splitlines() if "read as" in line] == [
        "p.json: no errors; read as mebench submission.",
        "p.csv: no errors; read as STR CSV.",
    ]
    bad = mebench(tmp_path, "validate", "bad.json", "p.json", *SCORED)
    assert bad.status == FINDINGS
    assert "bad.json:1:" in bad.out
    assert "error [offset-before-onset]" in bad.out and "error [unknown-emotion]" in bad.out
    assert "1/a  /videos/0/intervals/0/offset" in bad.out
    assert "bad.json: 2 errors" in bad.out and "p.json: no errors" in bad.out
    plain = mebench(tmp_path, "validate", "bad.json", "p.json", *SCORED, "--format", "json")
    document = json.loads(plain.out)
    assert (plain.status, document["errors"]) == (FINDINGS, 2)
    assert document["counts"] == {
        "offset-before-onset": 1,
        "unknown-emotion": 1,
        "videos-not-listed": 1,
    }
    errors = [one for one in document["findings"] if one["severity"] == "error"]
    assert {finding["pointer"] for finding in errors} == {
        "/videos/0/intervals/0/offset",
        "/videos/0/intervals/1/emotion",
    }
    assert all(
        {"code", "severity", "message", "remedy", "file", "line", "column", "subject", "video"}
        <= set(finding)
        for finding in document["findings"]
    )
    as_truth = mebench(tmp_path, "validate", "t.json", "--as", "truth", "--protocol", "toy.toml")
    assert as_truth.status == FINE


def test_a_pipe_is_a_file(tmp_path: Path) -> None:
    content = (files(tmp_path) / "p.json").read_bytes()
    run = mebench_process(tmp_path, "validate", "/dev/stdin", *SCORED, input=content)
    assert run.out.endswith("/dev/stdin: no errors; read as mebench submission.\n")
    ask = ("score", "/dev/stdin", *SCORED, "--format", "csv")
    scored = mebench_process(tmp_path, *ask, input=content)
    assert "headline,spotting_f1,1.0," in scored.out


def test_convert_there_and_back(tmp_path: Path) -> None:
    files(tmp_path)
    converted = mebench(tmp_path, "convert", "predictions", "p.csv", *SCORED, "-o", "n.json")
    assert converted.status == FINE
    assert "Read p.csv as STR CSV; wrote n.json: 2 videos, 2 intervals." in converted.err
    mebench(tmp_path, "convert", "predictions", "n.json", *SCORED, "-o", "n.csv")
    mebench(tmp_path, "convert", "truth", "t.json", "--protocol", "toy.toml", "-o", "t.csv")
    run = mebench(
        tmp_path,
        "score",
        "p.csv",
        "n.json",
        "n.csv",
        "--truth",
        "t.csv",
        "--protocol",
        "toy.toml",
        "--format",
        "csv",
    )
    assert run.status == FINE
    signatures = {line.rpartition(",")[2] for line in run.out.splitlines()[1:]}
    assert len(signatures) == 1


def test_merge_blind_template(tmp_path: Path) -> None:
    folder = files(tmp_path)
    document = json.loads((folder / "p.json").read_text(encoding="utf-8"))
    for index, video in enumerate(document["videos"]):
        part = {**document, "videos": [video], "folds": [{"test": [video["subject"]]}]}
        (folder / f"fold{index}.json").write_text(json.dumps(part), encoding="utf-8")
    merged = mebench(folder, "merge", "fold0.json", "fold1.json", "-o", "all.json")
    assert merged.status == FINE
    report = mebench(folder, "score", "all.json", *SCORED, "--format", "json")
    assert json.loads(report.out)["folds"]["text"] == "The stated folds are leave-one-subject-out"

    hidden = mebench(folder, "blind", "t.json", "-o", "blind.json")
    assert hidden.status == FINE
    assert '"onset"' not in (folder / "blind.json").read_text(encoding="utf-8")
    options = ("--protocol", "toy.toml", "--truth", "blind.json")
    made = mebench(folder, "template", *options, "-o", "empty.json")
    assert made.status == FINE
    assert mebench(folder, "validate", "empty.json", *options).status == FINE
    assert mebench(folder, "score", "empty.json", *options).status == FINDINGS


def test_protocols_schemas_and_explanations(tmp_path: Path) -> None:
    listed = mebench(tmp_path, "protocols")
    assert all(name in listed.out for name in shipped_protocol_ids())
    shown = mebench(tmp_path, "protocols", "show", "megc2019-cde")
    assert "smic-hs-short" in shown.out and "442" in shown.out
    plain = mebench(tmp_path, "protocols", "show", "casme2-str", "--format", "json")
    assert json.loads(plain.out)["id"] == "casme2-str@1"
    schemas = mebench(tmp_path, "schema")
    assert schemas.out.split() == list(SCHEMAS)
    one = mebench(tmp_path, "schema", "submission")
    assert json.loads(one.out)["$id"] == "urn:mebench:schema:submission-1"
    code = mebench(tmp_path, "explain", "[Fold-Leakage]")
    assert code.out.startswith("fold-leakage  (error)")
    assert "fold-leakage" in mebench(tmp_path, "explain").out


def test_demo_and_conformance(tmp_path: Path) -> None:
    assert "STRS" in mebench(tmp_path, "demo").out
    written = mebench(tmp_path, "demo", "--write", "here")
    command = written.out.split()
    assert command[0] == "mebench"
    assert mebench(tmp_path, *command[1:]).status == FINE
    (tmp_path / "here" / "broken.json").write_text("{}", encoding="utf-8")
    run = mebench(tmp_path, "conformance", "here")
    assert run.status == FINDINGS
    assert "broken" in run.out and run.out.endswith("0 of 3 vectors passed.\n")


@pytest.mark.parametrize("command", ["score", "validate", "convert", "merge", "verify"])
def test_every_command_has_help(tmp_path: Path, command: str) -> None:
    run = mebench(tmp_path, command, "--help")
    assert run.status == FINE and "Usage: mebench" in run.out
