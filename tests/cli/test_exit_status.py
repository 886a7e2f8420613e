"""Exit status 2 for an invalid command, 1 for errors in the files."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench.cli.main as command_line
from tests.cli.running import FINDINGS, SCORED, USAGE, files, mebench_process

P = ("--protocol", "toy.toml")


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Runner:
    monkeypatch.chdir(files(tmp_path))
    return Runner(monkeypatch, capsys)


class Runner:
    """Runs the command line in the process of the test, which is much faster."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *arguments: str) -> tuple[int, str]:
        self._monkeypatch.setattr("sys.argv", ["mebench", *arguments])
        with pytest.raises(SystemExit) as caught:
            command_line.main()
        out, err = self._capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, out + err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["score"], "Missing argument"),
        (["scroe"], "No such command"),
        (["score", "p.json", "--foo"], "No such option"),
        (["score", "nothing.json", *SCORED], "[file-unreadable]"),
        (["score", ".", *SCORED], "This is a folder"),
        (["score", "p.json", *P], "[truth-needed]"),
        (["score", "p.json", "--truth", "nothing", *P], "[file-unreadable]"),
        (["score", "p.csv", "--truth", "t.json"], "[protocol-needed]"),
        (["score", "p.json", "--truth", "t.json", "--protocol", "casme2-st"], "'casme2-str@1'"),
        (["score", "p.json", "--truth", "t.json", "--protocol", "no.toml"], "[file-unreadable]"),
        (["score", "p.json", "--truth", "t.json", "--protocol", "x" * 5000], "[unknown-protocol]"),
        (["score", "p.json", *SCORED, "--format", "pdf"], "--format"),
        (["score", "p.json", *SCORED, "--by", "frame"], "--by"),
        (["score", "p.json", *SCORED, "--kind", "mcro"], "--kind"),
        (["score", "p.json", *SCORED, "--first-frame", "2"], "--first-frame"),
        (["score", "p.json", *SCORED, "--outside-as", "joy"], "[unknown-class]"),
        (["score", "p.json", "p.csv", *SCORED, "--sort", "acuracy"], "'accuracy'"),
        *(
            (["score", "p.json", *SCORED, "--score-threshold", text], "--score-threshold")
            for text in (
                "",
                "abc",
                "nan",
                "inf",
                "1e999",
                "micro",
                "micro=",
                "mcro=1",
                "micro=1,micro=2",
                "micro=1;macro=2",
                "=1",
            )
        ),
        (["score", "p.json", *SCORED, "-o", "."], "[cannot-write]"),
        (["score", "p.json", *SCORED, "-o", "no/such/folder/x"], "[cannot-write]"),
        (["score", "p.json", *SCORED, "-o", "p.json/x"], "[cannot-write]"),
        (["score", "p.json", *SCORED, "-o", "x" * 5000], "[cannot-write]"),
        (["convert"], "Usage"),
        (["convert", "predictions", "p.csv", *P], "--output"),
        (["template"], "--protocol"),
        (["template", "--protocol", "x"], "[unknown-protocol]"),
        (["merge"], "Missing argument"),
        (["merge", "nothing.json"], "[file-unreadable]"),
        (["merge", "p.csv"], "[protocol-needed]"),
        (["verify", "nothing.json", "--predictions", "p.json", *SCORED], "[file-unreadable]"),
        (["explain", "fold-leakge"], "'fold-leakage'"),
        (["schema", "submision"], "'submission'"),
        (["protocols", "show", "x"], "[unknown-protocol]"),
        (["conformance", "nothing"], "[file-unreadable]"),
        (["demo", "--write", "p.json"], "[cannot-write]"),
    ],
)
def test_usage(run: Runner, arguments: list[str], words: str) -> None:
    status, output = run(*arguments)
    assert status == USAGE, output
    assert words in output
    assert len(output) < 7000


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["score", "bad.json", *SCORED], "unknown-emotion"),
        (["score", "bad.json", "p.json", *SCORED], "offset-before-onset"),
        (["score", "t.json", "--truth", "p.json", *P], "wrong-file"),
        (["score", "p.csv", *SCORED[:2], "--protocol", "megc2019-cde"], "wrong-task"),
        (["score", "p.json", *SCORED[:2], "--protocol", "casme2-str"], "wrong-protocol"),
        (["convert", "predictions", "bad.json", *P, "-o", "new.json"], "offset-before-onset"),
        (["convert", "truth", "p.json", *P, "-o", "new.json"], "wrong-file"),
        (["merge", "bad.json", "t.json"], "wrong-file"),
        (["score", "p.json", "nothing.json", *SCORED], "file-unreadable"),
        (["merge", "p.json", "p.json"], "duplicate-video"),
        (["blind", "p.json"], "wrong-file"),
        (["template", *P, "--truth", "p.json"], "wrong-file"),
        (["verify", "p.json", "--predictions", "p.json", *SCORED], "wrong-file"),
        (["verify", "p.csv", "--predictions", "p.json", *SCORED], "wrong-file"),
        (["validate", "bad.json", *SCORED], "unknown-emotion"),
        (["validate", "t.json", "--as", "predictions", *P], "wrong-file"),
    ],
)
def test_findings(run: Runner, arguments: list[str], code: str) -> None:
    status, output = run(*arguments)
    assert status == FINDINGS, output
    assert f"error [{code}]" in output
    assert not Path("new.json").exists(), "no file is written"


def test_the_same_as_processes(tmp_path: Path) -> None:
    files(tmp_path)
    assert mebench_status(tmp_path, "score", "bad.json") == FINDINGS
    assert mebench_status(tmp_path, "score", "nothing.json") == USAGE


def mebench_status(folder: Path, *arguments: str) -> int:
    return mebench_process(folder, *arguments, *SCORED).status
