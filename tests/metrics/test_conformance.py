"""Every conformance vector, one test each: through the package, and through the reference.

Both must agree with the expected values, which were worked out by hand.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from mebench.evaluation import conformance
from tests.reference import check_vectors
from tests.reference.vectors import FOLDER

VECTORS = sorted(FOLDER.glob("*.json"))

each_vector = pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)


def test_there_are_vectors_and_the_package_finds_the_same_ones() -> None:
    assert len(VECTORS) >= 50
    assert [path.name for path in conformance.list_vectors()] == [path.name for path in VECTORS]


@each_vector
def test_package(path: Path) -> None:
    outcome = conformance.run_vector(path)
    assert outcome.name == path.stem
    assert outcome.differences == []


@each_vector
def test_reference(path: Path) -> None:
    orders, differences = check_vectors.check(path)
    assert orders >= 1
    assert differences == []


def test_a_wrong_expected_value_is_detected(tmp_path: Path) -> None:
    text = (FOLDER / "two-truths-one-hit.json").read_text(encoding="utf-8")
    assert text.count('"ap50": "1/2"') == 1
    wrong = tmp_path / "wrong.json"
    wrong.write_text(text.replace('"ap50": "1/2"', '"ap50": "51/101"'), encoding="utf-8")
    assert conformance.run_vector(wrong).differences == ["metrics.ap50: 0.5, expected 51/101"]
    assert check_vectors.check(wrong)[1] == ["metrics.ap50: expected 51/101, reference 1/2"]


@pytest.mark.parametrize(
    "value",
    [
        *('"1/0"', '"1e400"', '"1e99999999"', '"1e-99999999"', '"nan"', '"-1"', '"1/"', '""'),
        *(f'"{"9" * 5000}"', f'"1/{"9" * 5000}"', "0.5", "1e400", "NaN", "true", "[]", "{}", '"x"'),
    ],
)
@pytest.mark.parametrize("name", ["ap50", "spotting_f1", "no_such_metric", "apex_mae"])
def test_an_expected_value_that_is_no_number_is_named(
    tmp_path: Path, value: str, name: str
) -> None:
    text = (FOLDER / "two-truths-one-hit.json").read_text(encoding="utf-8")
    path = tmp_path / "wrong.json"
    path.write_text(text.replace('"ap50": "1/2"', f'"{name}": {value}'), encoding="utf-8")
    (difference,) = conformance.run_vector(path).differences
    assert len(difference) < 300


PARTS = ["protocol", "truth", "predictions", "expected", "title", "orders"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [[]], {"videos": 1}, {"videos": [1]}])
def test_a_malformed_vector_is_named(tmp_path: Path, part: str, value: object) -> None:
    vector = json.loads((FOLDER / "two-truths-one-hit.json").read_text(encoding="utf-8"))
    path = tmp_path / "wrong.json"
    for orders in ("all", "as-written"):
        path.write_text(json.dumps(vector | {"orders": orders, part: value}), encoding="utf-8")
        conformance.run_vector(path)
    path.write_text(json.dumps(value), encoding="utf-8")
    assert conformance.run_vector(path).differences


def test_a_refused_vector_is_not_scored_in_every_order(tmp_path: Path) -> None:
    """The fuzzer found one of 6 kB that took 26 s: each order had thousands of findings."""
    content = json.loads((FOLDER / "macro-beside-micro.json").read_bytes())
    content |= {"orders": "all"}
    content["predictions"]["videos"] = [
        {"subject": "1", "video": name, "intervals": "a" * 2000} for name in "abcde"
    ]
    (tmp_path / "x.json").write_text(json.dumps(content))
    begin = time.process_time()
    assert conformance.run_vector(tmp_path / "x.json").differences
    assert time.process_time() - begin < 5
