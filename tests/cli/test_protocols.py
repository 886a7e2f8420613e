"""``mebench protocols``: a shown protocol is a file, and a new one is written from options."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from mebench.protocols.loader import load_protocol, shipped_protocol_ids
from mebench.protocols.protocol_file import protocol_as_toml
from tests.cli.running import FINE, USAGE, mebench
from tests.evaluation.documents import interval, truth, write

BASE = ("protocols", "new", "--id", "own@1", "--title", "Ours", "--dataset", "toy")


@pytest.mark.parametrize("name", shipped_protocol_ids())
def test_a_written_protocol_is_the_same(tmp_path: Path, name: str) -> None:
    shipped = load_protocol(name)
    path = tmp_path / "copy.toml"
    path.write_text(protocol_as_toml(shipped), encoding="utf-8")
    assert load_protocol(path) is shipped
    text = path.read_text(encoding="utf-8").replace(f'id = "{name}"', 'id = "own@1"')
    path.write_text(text, encoding="utf-8")
    assert load_protocol(path) == shipped.model_copy(update={"id": "own@1"})


def test_show_writes_toml(tmp_path: Path) -> None:
    shown = mebench(tmp_path, "protocols", "show", "megc2018-hde", "--format", "toml")
    assert shown.status == FINE
    assert shown.out == protocol_as_toml(load_protocol("megc2018-hde"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--task", "spot", "--target", "macro", "--target", "micro"), "macro, micro"),
        (("--task", "recognize", "--class", "a", "--class", "b"), "classes        a, b"),
        (
            (*("--task", "recognize", "--class", "a"), *("--folds", "k-fold", "--k", "5")),
            "5-fold by subject, seed 0",
        ),
        (
            (
                *("--task", "recognize", "--class", "a", "--folds", "holdout"),
                *("--training", "train", "--test-subject", "s1"),
            ),
            "holdout: training on split train, test on subject s1",
        ),
        (
            ("--task", "recognize", "--class", "pos", "--label", "Happy=pos"),
            "label map    Happy -> pos",
        ),
    ],
)
def test_new(tmp_path: Path, options: tuple[str, ...], expected: str) -> None:
    run = mebench(tmp_path, *BASE, *options, "-o", "own.toml")
    assert run.status == FINE, run.said
    shown = mebench(tmp_path, "protocols", "show", "own.toml")
    assert expected in shown.out
    assert (tmp_path / "own.toml").read_text(encoding="utf-8").startswith("# The name and version")


def test_new_expects_the_counts_of_a_truth(tmp_path: Path) -> None:
    write(tmp_path, "t.json", truth({"1/a": [interval(1, 5)], "2/a": [interval(1, 5, "sad")]}))
    options = ("--task", "spot-then-recognize", "--class", "negative", "--truth", "t.json")
    assert mebench(tmp_path, *BASE, *options, "-o", "own.toml").status == FINE
    expected = load_protocol(tmp_path / "own.toml").expected
    assert (expected.subjects, expected.videos, expected.samples) == (2, 2, 2)
    assert (expected.classes, expected.outside_classes) == ({"negative": 1}, 1)
    run = mebench(tmp_path, "validate", "t.json", "--as", "truth", "--protocol", "own.toml")
    assert (run.status, run.codes("warning")) == (FINE, set())


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--task", "recognize"), "protocol-incomplete"),
        (("--task", "recognize", "--class", "a", "--label", "x=b"), "inconsistent"),
        (("--task", "spot", "--target", "tiny"), "wrong-value"),
        (("--task", "spot", "--folds", "k-fold"), "inconsistent"),
    ],
)
def test_new_refuses(tmp_path: Path, options: tuple[str, ...], code: str) -> None:
    run = mebench(tmp_path, *BASE, *options, "-o", "own.toml")
    assert (run.status, run.codes()) == (USAGE, {code}), run.said
    assert not (tmp_path / "own.toml").exists()


@pytest.mark.parametrize("options", [("--k", "3"), ("--label", "x"), ("--label", "=x")])
def test_new_refuses_options(tmp_path: Path, options: tuple[str, ...]) -> None:
    run = mebench(tmp_path, *BASE, "--task", "recognize", "--class", "x", *options)
    assert run.status == USAGE and "Invalid value" in run.err


def test_new_asks_on_a_terminal(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mebench", "protocols", "new", "--title", "Ours", "-o", "own.toml"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
    )
    os.write(ours, b"own@1\nspot-then-recognize\ntoy\nnegative, positive\n")
    out, err = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == FINE, out + err
    assert "Emotion classes, separated by commas" in err
    made = load_protocol(tmp_path / "own.toml")
    assert (made.id, made.task, made.classes) == (
        "own@1",
        "spot-then-recognize",
        ["negative", "positive"],
    )
