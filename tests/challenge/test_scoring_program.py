"""The scoring program: run as Codabench runs it, and on every kind of submission."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.challenge import scoring
from mebench.version import VERSION
from tests.challenge.codabench import Worker, archive, load_yaml, read_bundle
from tests.cli.running import mebench as command
from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write

TRUTH = {
    f"{subject}/a": [interval(10, 20), interval(50, 60, "positive")] for subject in ("1", "2", "3")
}
FOUND = {"1/a": [interval(10, 20, score=0.9)], "2/a": [interval(50, 61, "positive", score=0.8)]}
GOOD = json.dumps(submission({**FOUND, "3/a": []}))
HEADER = "subject,video,onset,offset,emotion,score\n"
CSV = f"{HEADER}1,a,10,20,negative,0.9\n2,a,50,61,positive,0.8\n3,a,,,,\n"
EMPTY = json.dumps(submission({"1/a": [], "2/a": [], "3/a": []}))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a challenge and unpack its bundle as Codabench does; nobody changes it."""
    home = tmp_path_factory.mktemp("scored")
    write(home, "toy.toml", TOY_TOML)
    write(home, "t.json", truth(TRUTH))
    given = ("--protocol", "toy.toml", "--truth", "t.json")
    dates = ("--start", "2026-06-01", "--end", "2026-06-30")
    assert command(home, "challenge", "init", "made", *given, *dates).status == 0
    settings = home / "made" / "challenge.toml"
    settings.write_text(settings.read_text().replace("# docker_image", "docker_image"))
    assert command(home, "challenge", "pack", "made").status == 0
    read_bundle((home / "made" / "secret" / "codabench.zip").read_bytes(), home / "bundle")
    return home / "bundle"


def keys(bundle: Path) -> list[str]:
    """Return the keys of the columns of the board."""
    [board] = load_yaml(bundle / "competition.yaml")["leaderboards"]
    return [column["key"] for column in board["columns"]]


ENVIRONMENT = {"PYTHONPATH": str(Path(mebench.__file__).parents[1]), "PATH": os.environ["PATH"]}


def test_good_and_bad_submissions_in_a_process(bundle: Path, tmp_path: Path) -> None:
    """The keys of the scores are the columns of the board; a bad submission has none."""
    sent: dict[str, bytes | str] = {
        "my results/": "",
        "my results/p.json": GOOD,
        "__MACOSX/my results/._p.json": "x",
    }
    worker = Worker.prepare(bundle, archive(sent), tmp_path / "good")
    done = worker.run(**ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    scores = worker.scores
    assert scores is not None
    assert list(scores) == keys(bundle)
    assert scores["spotting_f1"] == pytest.approx(2 * 2 / (6 + 2))
    assert "mebench:1|p:toy@1|" in done.stdout and "0.5000" in done.stdout

    bad = json.dumps(submission({"1/a": [interval(30, 20), interval(1, 2, "joy<b>")]}))
    worker = Worker.prepare(bundle, archive({"p.json": bad}), tmp_path / "bad")
    done = worker.run(**ENVIRONMENT)
    assert done.returncode == 1
    assert worker.scores is None
    for text in (done.stderr, worker.details):
        assert "error [offset-before-onset]" in text and "error [unknown-emotion]" in text
        assert "p.json:1:" in text and str(tmp_path) not in text
    assert "joy&lt;b&gt;" in worker.details and "<b>" not in worker.details


def test_an_image_without_mebench(bundle: Path, tmp_path: Path) -> None:
    worker = Worker.prepare(bundle, archive({"p.json": GOOD}), tmp_path / "app")
    (worker.app / "program" / "mebench.py").write_text("raise ImportError('no such image')")
    done = worker.run()
    assert done.returncode == 1
    assert "The Docker image of this challenge has no working mebench" in done.stderr


def score(
    bundle: Path, app: Path, files: dict[str, bytes | str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, Worker, str]:
    """Run the program in this process: its status, the worker, and standard error."""
    worker = Worker.prepare(bundle, archive(files), app)
    status = scoring.main([str(app / "input"), str(app / "output")])
    return status, worker, capsys.readouterr().err


ACCEPTED: dict[str, dict[str, bytes | str]] = {
    "CSV": {"p.csv": CSV},
    "in folders": {"a/b/p.json": GOOD, ".DS_Store": "x", "a/.hidden/x": "y"},
    "nothing found": {"p.json": EMPTY},
}
REFUSED: dict[str, tuple[dict[str, bytes | str], str, str]] = {
    "no file": ({"empty/": ""}, "submission-files", "The archive has 0 files; expected one."),
    "several": (
        {"a.json": GOOD, "b/c.csv": CSV},
        "submission-files",
        "The archive has 2 files: a.json, b/c.csv; expected one.",
    ),
    "empty file": ({"p.json": ""}, "file-empty", "p.json: "),
    "not JSON": ({"p.json": "{"}, "json-truncated", "p.json:1:"),
    "unknown": ({"p.txt": b"\x00\xff"}, "not-utf8", "p.txt"),
    "another protocol": (
        {"p.json": GOOD.replace("toy@1", "casme2-str@1")},
        "wrong-protocol",
        "'toy@1'",
    ),
    "a subject left out": (
        {"p.json": json.dumps(submission(FOUND))},
        "subjects-left-out",
        "no predictions for 1 subject: 3",
    ),
    "beyond the end": (
        {"p.csv": f"{HEADER}1,a,10,2000,negative,0.9\n"},
        "frame-outside-video",
        "p.csv:2:",
    ),
    "an oracle": (
        {"p.json": GOOD.replace('"system": {', '"system": {"uses_truth": true, ')},
        "oracle-refused",
        "",
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(
    bundle: Path, tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, worker, said = score(bundle, tmp_path / "app", ACCEPTED[case], capsys)
    assert (status, said) == (0, "")
    assert worker.scores is not None
    assert worker.scores["spotting_f1"] == (0 if case == "nothing found" else 0.5)
    native = json.loads((worker.app / "output" / "submission.json").read_text())
    assert (native["format"], native["protocol"]) == ("mebench-submission/1", "toy@1")
    assert "The submission was scored." in worker.details
    assert "mebench:1|p:toy@1|" in worker.details


@pytest.mark.parametrize("case", REFUSED)
def test_refused(
    bundle: Path, tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files, code, text = REFUSED[case]
    status, worker, said = score(bundle, tmp_path / "app", files, capsys)
    assert status == 1, said
    assert worker.scores is None
    assert f"error [{code}]" in said and f"error [{code}]" in worker.details
    assert text in said
    assert {path.name for path in (worker.app / "output").iterdir()} == {"detailed_results.html"}


def test_a_score_without_confidences_has_no_ap(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Codabench stores numbers only: an undefined one is left out, and never the first column."""
    plain = submission({"1/a": [interval(10, 20)], "2/a": [], "3/a": []})
    status, worker, _ = score(bundle, tmp_path / "app", {"p.json": json.dumps(plain)}, capsys)
    assert status == 0 and worker.scores is not None
    assert list(worker.scores) == [key for key in keys(bundle) if key != "ap"]
    assert "<td>ap</td><td>AP@[.5:.95]</td><td>–</td>" in worker.details


def test_details_show_nothing_else_of_the_truth(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a wrong prediction missed, and in which video, remains unknown."""
    wrong = submission({"1/a": [interval(70, 80, score=0.5)], "2/a": [], "3/a": []})
    *_, worker, _ = score(bundle, tmp_path / "app", {"p.json": json.dumps(wrong)}, capsys)
    text = worker.details.partition("<h1>")[2].partition("Signature")[0]
    assert not {"10", "20", "50", "60", "positive"} & set(text.replace("<", " ").split())
    names = {path.name for path in (worker.app / "output").iterdir()}
    assert names == {"scores.json", "detailed_results.html", "submission.json"}


def test_a_challenge_that_is_not_set_up(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    app = tmp_path / "app"
    worker = Worker.prepare(bundle, archive({"p.json": GOOD}), app)
    about = app / "input" / "ref" / "challenge.json"
    about.write_text(about.read_text().replace(VERSION, "0.0.1"))
    arguments = [str(app / "input"), str(app / "output")]
    assert scoring.main(arguments) == 2
    assert "error [challenge-version]" in capsys.readouterr().err
    about.unlink()
    assert scoring.main(arguments) == 2
    said = capsys.readouterr().err
    assert "The scoring program failed." in said and "FileNotFoundError" in said
    assert "The scoring program failed." in worker.details and worker.scores is None
    assert scoring.main([]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_is_not_followed(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = tmp_path / "app"
    Worker.prepare(bundle, archive({"empty/": ""}), app)
    (app / "input" / "res" / "p.json").symlink_to("../ref/truth.json")
    assert scoring.main([str(app / "input"), str(app / "output")]) == 1
    assert "error [irregular-file]" in capsys.readouterr().err
