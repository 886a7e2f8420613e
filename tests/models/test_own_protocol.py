"""A protocol file of one's own: what contradicts itself is refused before anything is scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from mebench.diagnostics import UsageError
from mebench.protocols.loader import load_protocol
from tests.evaluation.documents import TOY_TOML

TASK = 'task = "spot-then-recognize"'
CLASSES = 'classes = ["negative", "positive", "surprise"]'
TARGETS = 'targets = ["micro"]'


def problems(folder: Path, content: str | bytes) -> list[tuple[str, str | None, int | None]]:
    """Return code, pointer and line of everything wrong with a protocol file."""
    path = folder / "mine.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        load_protocol(path)
    except UsageError as error:
        return [(one.code, one.place.pointer, one.place.line) for one in error.diagnostics]
    return []


def test_the_sound_one(tmp_path: Path) -> None:
    assert problems(tmp_path, TOY_TOML) == []
    assert problems(tmp_path, TOY_TOML.replace("\n", "\r\n")) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (TOY_TOML.replace("A toy", "\u00e9").encode("latin-1"), "not-utf8"),
        (TOY_TOML.encode() + b"\0", "not-utf8"),
        (TOY_TOML + "x =\n", "protocol-syntax"),
        ("{}", "protocol-syntax"),
        ('title = "a"\ntitle = "b"\n', "protocol-syntax"),
        ("a = " + "[" * 100_000, "protocol-syntax"),
        ("a = " + "9" * 5000, "protocol-syntax"),
    ],
)
def test_unreadable(tmp_path: Path, content: str | bytes, code: str) -> None:
    assert [one[0] for one in problems(tmp_path, content)] == [code]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (TASK, 'task = "spot-then-recognise"', ("wrong-value", "/task", 4)),
        (TASK, "", ("missing-field", "/task", None)),
        (TARGETS, 'targets = ["mcro"]', ("wrong-value", "/targets/0", 5)),
        (TARGETS, 'targets = "micro"', ("wrong-type", "/targets", 5)),
        (TARGETS, 'tragets = ["micro"]', ("unknown-field", "/tragets", 5)),
        ('id = "toy@1"', 'id = "Toy"', ("wrong-value", "/id", None)),
        ('id = "toy@1"', 'id = "toy@01"', ("wrong-value", "/id", None)),
        ('title = "A toy"', "title = 2020-01-01", ("wrong-type", "/title", 3)),
        ("numbers = true", "numbers = 1", ("wrong-type", "/datasets/0/subjects/numbers", 10)),
        ("numbers = true", "number = true", ("unknown-field", "/datasets/0/subjects/number", 10)),
    ],
)
def test_wrong_value(
    tmp_path: Path, old: str, new: str, expected: tuple[str, str, int | None]
) -> None:
    assert old in TOY_TOML
    found = problems(tmp_path, TOY_TOML.replace(old, new))
    assert expected in found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CLASSES, ""),
        (CLASSES, 'classes = ["a", "A "]'),
        (TARGETS, ""),
        (TARGETS, 'targets = ["macro"]'),
        (TARGETS, 'targets = ["micro", "micro"]'),
        (TARGETS, 'targets = ["macro", "micro"]\none_per_video = true'),
        (TASK, 'task = "recognize"'),
        ("", '[[datasets]]\nid = "toy"\n'),
        ("", '[[datasets]]\nid = "b"\nalso_named = ["toy"]\n'),
        ("", 'label_map = { anger = "angry" }\n'),
        ("", 'label_map = { anger = "negative", Anger = "positive" }\n'),
        ("", 'label_map = { Negative = "positive" }\n'),
        ("", 'label_map = { negative = "positive", positive = "negative" }\n'),
        (CLASSES, 'classes = ["é", "e\u0301"]'),
        ("", '[[datasets]]\nid = "TOY"\n'),
        ("", '[datasets.videos]\nnames = { a = "b", b = "c" }\n'),
        ("", '[datasets.videos]\nnames = { a = "b", b = "a" }\n'),
        ("", '[datasets.videos]\nnames = { a = "a" }\n'),
        ("", '[datasets.videos]\nprefixes = ["v"]\nnames = { a = "v7", 7 = "b" }\n'),
        ("", '[datasets.videos]\nprefixes = ["v"]\nnames = { 7 = "b" }\n'),
        ("", '[datasets.videos]\nnumbers = true\nnames = { 7 = "b" }\n'),
        ("", 'excluded_labels = ["Negative"]\n'),
        ("", 'label_map = { anger = "negative" }\nexcluded_labels = ["anger"]\n'),
        ("", "subject_in_video = '('\n"),
        ("", "subject_in_video = 'no group'\n"),
        ("", "subject_in_video = '^(.+)_(?=x)'\n"),
        ("", "subject_in_video = '(?<=s)([0-9]+)'\n"),
        ("", "subject_in_video = '(a)\\1'\n"),
        ("", "subject_in_video = '([0-9]{1000}){1000}'\n"),
        ("", "[expected]\nclasses = { negativ = 3 }\n"),
        ("", "[datasets.expected]\nclasses = { negativ = 3 }\n"),
    ],
)
def test_contradiction(tmp_path: Path, old: str, new: str) -> None:
    content = TOY_TOML.replace(old, new) if old else TOY_TOML + new
    assert [one[0] for one in problems(tmp_path, content)] == ["inconsistent"]


def test_a_class_may_be_mapped_to_itself_and_an_alias_to_a_name_with_prefix(
    tmp_path: Path,
) -> None:
    more = (
        'label_map = { NEGATIVE = "negative", anger = "negative" }\n'
        '[datasets.videos]\nprefixes = ["v"]\nnumbers = true\nnames = { a = "v07", b = "v07" }\n'
    )
    assert problems(tmp_path, TOY_TOML + more) == []


def test_counts_are_no_negative_numbers(tmp_path: Path) -> None:
    content = TOY_TOML + "[expected]\nsubjects = -1\nvideos = 2.0\n"
    assert problems(tmp_path, content) == [
        ("value-out-of-range", "/expected/subjects", None),
        ("wrong-type", "/expected/videos", 13),
    ]


def test_everything_at_once(tmp_path: Path) -> None:
    content = TOY_TOML.replace(TASK, 'task = "x"').replace('title = "A toy"', "") + "colour = 1\n"
    assert {one[0] for one in problems(tmp_path, content)} == {
        "wrong-value",
        "missing-field",
        "unknown-field",
    }


def test_patterns_have_a_limit(tmp_path: Path) -> None:
    patterns = ", ".join(["'(a)'"] * 51)
    content = TOY_TOML + f"videos = {{ patterns = [{patterns}] }}\n"
    [found] = problems(tmp_path, content)
    assert found[:2] == ("value-too-long", "/datasets/0/videos/patterns")
