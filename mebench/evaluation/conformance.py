"""Run the conformance vectors: small cases with exact expected values, one JSON file each."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice, permutations, product
from pathlib import Path
from typing import Any, NamedTuple

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats import strict_json
from mebench.formats.text_file import read_text
from mebench.models.protocol import Protocol
from mebench.util import resources
from mebench.util.regular_file import require_regular

TOLERANCE = 1e-12
ORDERS_TRIED = 200
"""If a vector requires all orders of its rows, at most this many are tried."""


class VectorOutcome(NamedTuple):
    """The outcome of one vector: what is not as expected; nothing if it passed."""

    name: str
    title: str
    differences: list[str]


def list_vectors(folder: Path | None = None) -> list[Path]:
    """Return the paths of all vectors, sorted."""
    folder = folder or resources.shared_folder("conformance")
    if not folder.is_dir():
        raise UsageError.of(
            "file-unreadable",
            "The folder of conformance vectors does not exist.",
            "Check the path.",
            Place(file=str(folder)),
        )
    return sorted(folder.glob("*.json"))


def run_vector(path: Path) -> VectorOutcome:
    """Score one vector, in every order of rows that it requires."""
    try:
        require_regular(path)
        return _run_checked(path, strict_json.parse(read_text(path), Findings()))
    except (MebenchError, LookupError, TypeError, AttributeError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else ""
        problem = f"not a vector as described in README.md: {type(error).__name__}: {reason}"
        return VectorOutcome(path.stem, "unreadable", [problem])


def _run_checked(path: Path, vector: Any) -> VectorOutcome:
    protocol = Protocol.model_validate(vector["protocol"])
    differences: dict[str, None] = {}
    expected = vector["expected"]
    for predictions in _orders(vector):
        try:
            options = ScoringOptions(**vector.get("options", {}))
            report = score_with_options(predictions, vector["truth"], protocol, options).to_json()
        except MebenchError as error:
            codes = {found.code for found in error.diagnostics if found.severity == "error"}
            if codes != {expected.get("error")}:
                differences[f"refused: {error}"] = None
            break  # the findings of other orders are the same, and can be thousands
        if "error" in expected:
            differences[f"scored, expected the error {expected['error']}"] = None
        differences |= dict.fromkeys(_differences(expected, report))
    return VectorOutcome(path.stem, vector["title"], list(differences))


def _orders(vector: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the predictions, in all orders of videos and intervals if required."""
    predictions = vector["predictions"]
    if vector.get("orders") != "all":
        yield predictions
        return
    for part in [name for name in ("videos", "samples") if name in predictions]:
        orders = (
            {**predictions, part: list(rows)}
            for videos in permutations(predictions[part])
            for rows in product(*map(_interval_orders, videos))
        )
        yield from islice(orders, ORDERS_TRIED)


def _interval_orders(video: dict[str, Any]) -> list[dict[str, Any]]:
    if "intervals" not in video:
        return [video]
    orders = islice(permutations(video["intervals"]), ORDERS_TRIED)
    return [{**video, "intervals": list(order)} for order in orders]


def _differences(expected: dict[str, Any], report: dict[str, Any]) -> Iterator[str]:
    for part in ("units", "counts"):
        yield from _compare(part, expected.get(part, {}), report[part])
    yield from _compare_metrics("metrics", expected.get("metrics", {}), report["metrics"])
    for group, metrics in expected.get("groups", {}).items():
        yield from _compare_metrics(f"groups.{group}", metrics, report["groups"].get(group, {}))
    for name, reason in expected.get("reasons", {}).items():
        given = report["metrics"].get(name, {}).get("reason")
        if given != reason:
            yield f"metrics.{name}: the reason is {given!r}, expected {reason!r}"


def _compare(where: str, expected: Any, given: Any) -> Iterator[str]:
    if isinstance(expected, dict):
        for name, value in expected.items():
            inner = given.get(name) if isinstance(given, dict) else None
            if name == "confusion" and isinstance(inner, dict):
                inner = inner["matrix"]
            yield from _compare(f"{where}.{name}", value, inner)
    elif expected != given:
        yield f"{where}: {given!r}, expected {expected!r}"


def _compare_metrics(
    where: str, expected: dict[str, str | None], given: dict[str, Any]
) -> Iterator[str]:
    for name, value in expected.items():
        if name not in given:
            yield f"{where}.{name}: missing"
            continue
        number = given[name]["value"]
        if value is None or number is None:
            if value is not number:
                yield f"{where}.{name}: {number}, expected {value}"
        elif abs(number - _expected_number(value)) > TOLERANCE:
            yield f"{where}.{name}: {number!r}, expected {value}"


_NUMBER = re.compile(r"[0-9]{1,40}(/0*[1-9][0-9]{0,40}|\.[0-9]{1,40})?")


def _expected_number(text: object) -> float:
    """Return an expected value as a float, or raise ``ValueError``.

    An exponent is not allowed: ``1e99999999`` would fill the memory.
    """
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise ValueError(f"the expected value {reprlib.repr(text)} is neither 0.5 nor 1/2")
    return float(Fraction(text))
