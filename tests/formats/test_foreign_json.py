"""JSON of other projects is named for what it looks like; the remedy leads to a file to read."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mebench.diagnostics import Findings, MebenchError
from mebench.formats.loader import guess_role, read_predictions
from mebench.formats.text_file import read_text
from tests.evaluation.documents import write

ROW = {"subject": "1", "video": "a", "onset": 3, "offset": 9, "emotion": "negative"}

FOREIGN: dict[str, Any] = {
    "JSON Lines": "\n".join([json.dumps(ROW)] * 2),
    "a list of rows": [ROW, ROW],
    "the columns of a table": {name: [value, value] for name, value in ROW.items()},
    "the columns of a table ": {name: {"0": value, "1": value} for name, value in ROW.items()},
    "COCO results": [{"image_id": 1, "category_id": 2, "bbox": [0, 0, 1, 1], "score": 0.5}],
    "COCO annotations": {"images": [], "annotations": []},
    "rows of intervals by video": {"a": [{"onset": 3, "offset": 9}], "b": []},
    "rows of intervals by video ": {"a": [[3, 9, 0.5]], "b": [[1, 2, 0.4]]},
    "intervals by subject and video": {"s1": {"a": [[3, 9, 0.5]], "b": []}},
}


def refusal(path: Path) -> Any:
    with pytest.raises(MebenchError) as caught:
        guess_role(read_text(path))
        read_predictions(path, Findings())
    return caught.value.diagnostics[0]


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_json_is_named(tmp_path: Path, name: str) -> None:
    found = refusal(write(tmp_path, "p.json", FOREIGN[name]))
    assert found.code == "foreign-json" and name.strip() in found.message
    assert "mebench" in found.remedy


@pytest.mark.parametrize("name", ["JSON Lines", "a list of rows", "the columns of a table "])
def test_the_command_of_the_remedy_writes_a_table(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, "p.json", FOREIGN[name])
    words = shlex.split(refusal(path).remedy.partition("is read: ")[2])
    assert words[:2] == ["python", "-c"]
    subprocess.run([sys.executable, *words[1:]], check=True, cwd=tmp_path, timeout=60)
    table = read_predictions(tmp_path / "p.csv", Findings()).table
    assert table.intervals.onset.tolist() == [3, 3]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([1, 2], "wrong-type"),
        ([], "wrong-type"),
        ("{}", "missing-field"),
        ({"videos": []}, "missing-field"),
        ({"a": 1}, "missing-field"),
        ('{"a": 1}\n{"b": ', "json-syntax"),
    ],
)
def test_other_json_keeps_its_error(tmp_path: Path, content: Any, code: str) -> None:
    findings = Findings()
    try:
        read_predictions(write(tmp_path, "p.json", content), findings)
    except MebenchError as error:
        findings.extend_from(error)
    assert code in {one.code for one in findings.kept}
