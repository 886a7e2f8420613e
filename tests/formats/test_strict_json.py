"""Broken JSON: each kind of error has a code and a position."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mebench.diagnostics import Findings, MebenchError
from mebench.formats import strict_json
from mebench.formats.text_file import TextFile
from tests.evaluation.documents import interval, submission
from tests.formats.finding import Found, errors, findings_in, spots

GOOD = json.dumps(submission({"1/a": [interval(11, 20)]}), indent=1)


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ('{"a": 1,}', ("json-syntax", 1, 9)),
        ("{'a': 1}", ("json-syntax", 1, 2)),
        ('{"a": 1}\n x', ("json-syntax", 2, 2)),
        ('{"a": 1\n "b": 2}', ("json-syntax", 2, 2)),
        ('{"a": "tab\there"}', ("json-syntax", 1, 11)),
        ('{"a": 01}', ("json-syntax", 1, 8)),
        ('{"a": True}', ("json-syntax", 1, 7)),
        ('{"a": [1, 2', ("json-truncated", 1, 12)),
        ('{"a": "never closed', ("json-truncated", 1, 7)),
        ('{"a": {"b": 1}\n', ("json-truncated", 2, 1)),
        ("{", ("json-truncated", 1, 2)),
        ("[" * 100_000, ("json-too-deep", None, None)),
        ("[" * 100_000 + "]" * 100_000, ("json-too-deep", None, None)),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, ("json-too-deep", None, None)),
        ('{"a": 12,\n "b": ' + "1" * 5000 + "}", ("number-too-long", 2, 7)),
        ("[1, 2]", ("wrong-type", 1, 1)),
    ],
)
def test_broken_json(tmp_path: Path, broken: str, expected: tuple[str, int | None, int]) -> None:
    assert spots(findings_in(tmp_path, broken)) == [expected]


@pytest.mark.parametrize("cut", range(1, len(GOOD)))
def test_every_truncation_is_detected(cut: int) -> None:
    with pytest.raises(MebenchError) as caught:
        strict_json.parse(TextFile("x", GOOD[:cut]), Findings())
    (found,) = caught.value.diagnostics
    # Only a cut number or word looks like a syntax error.
    within_word = GOOD[cut - 1].isalnum() or GOOD[:cut].endswith("-")
    assert found.code == "json-truncated" or (found.code == "json-syntax" and within_word)


def test_duplicate_keys_are_all_found_in_the_order_of_the_file(tmp_path: Path) -> None:
    broken = (
        '{"format": "mebench-submission/1", "protocol": "toy@1",\n'
        ' "system": {"name": "x", "name": "y"},\n'
        ' "videos": [{"subject": "1", "video": "a", "intervals": [\n'
        '   {"onset": 1, "offset": 5, "onset": 2,\n    "emotion": "negative", "onset": 3}]}],\n'
        ' "protocol": "toy@1"}'
    )
    assert errors(findings_in(tmp_path, broken)) == [
        Found("json-duplicate-key", 6, 2, "/protocol"),
        Found("json-duplicate-key", 2, 26, "/system/name"),
        Found("json-duplicate-key", 4, 30, "/videos/0/intervals/0/onset"),
        Found("json-duplicate-key", 5, 28, "/videos/0/intervals/0/onset"),
    ]


def test_a_key_spelled_with_escapes_is_a_duplicate_too() -> None:
    findings = Findings()
    document = strict_json.parse(TextFile("x", '{"\\u0061": 1, "a": 1}'), findings)
    assert document == {"a": 1}
    assert [finding.code for finding in findings.kept] == ["json-duplicate-key"]


def test_equal_keys_of_different_objects_are_no_duplicates() -> None:
    findings = Findings()
    strict_json.parse(TextFile("x", '[{"a": {"a": 1}}, {"a": 2}]'), findings)
    assert findings.kept == []


def test_pointers_are_escaped() -> None:
    assert strict_json.json_pointer(("a/b", 0, "m~n")) == "/a~1b/0/m~0n"
