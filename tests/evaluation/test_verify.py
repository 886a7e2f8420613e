"""Verification: a true report holds, and every tampered field is named or listed as unchecked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.verify import (
    Verification,
    compare_reports,
    read_report,
    verify,
)
from mebench.models.report import Report
from tests.cli import running
from tests.evaluation.documents import TOY_TOML, interval, submission, truth, write

Keys = tuple[str | int, ...]

OPTIONS = ScoringOptions(clip=True, outside_as="surprise", score_threshold={"micro": 0.5})


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Write predictions, truth and a report with parts, folds, a system and findings."""
    paths = {
        "protocol": write(tmp_path, "toy.toml", TOY_TOML),
        "truth": write(
            tmp_path, "t.json", truth({"1/a": [interval(10, 20)], "2/a": [interval(5, 9)]})
        ),
        "predictions": write(
            tmp_path,
            "p.json",
            submission(
                {
                    "1/a": [interval(95, 120, score=0.9), interval(10, 20, score=0.8)],
                    "2/a": [interval(5, 9, "contempt", score=0.2)],
                },
                folds=[{"test": ["1"]}, {"test": ["2"]}],
            ),
        ),
    }
    report = score_with_options(
        paths["predictions"], paths["truth"], str(paths["protocol"]), OPTIONS, by="subject"
    )
    assert report.findings
    paths["report"] = write(tmp_path, "report.json", report.to_json())
    return paths


def verified(files: dict[str, Path]) -> Verification:
    return verify(
        read_report(files["report"]), files["predictions"], files["truth"], files["protocol"]
    )


def leaves(content: Any, keys: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Yield the path and the value of everything in a JSON document that is no container."""
    if isinstance(content, dict | list) and content:
        pairs = content.items() if isinstance(content, dict) else enumerate(content)
        for key, value in pairs:
            yield from leaves(value, (*keys, key))
    else:
        yield keys, content


def others(value: Any) -> list[Any]:
    """Return values that a forger could write instead."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, 1e308]
    if isinstance(value, str):
        return [f"{value}x", "0.9999"]
    if isinstance(value, list):
        return [["9/z"]]
    return ["micro", 1, 0.5, True, "note"]  # null: whatever the field allows


def replaced(content: Any, keys: Keys, value: Any) -> Any:
    """Return a document with another value at a path."""
    if not keys:
        return value
    copied = dict(content) if isinstance(content, dict) else list(content)
    copied[keys[0]] = replaced(content[keys[0]], keys[1:], value)  # type: ignore[index]
    return copied


def test_a_true_report_holds(files: dict[str, Path]) -> None:
    assert verified(files) == Verification(
        [], ["options: taken from the report (clip, outside_as, score_threshold)"]
    )


def test_every_tampered_field_is_named_or_listed_as_unchecked(files: dict[str, Path]) -> None:
    document = json.loads(files["report"].read_text(encoding="utf-8"))
    computed = read_report(files["report"])
    checked = set()
    for number, (keys, value) in enumerate(leaves(document)):
        if keys[0] in {"groups", "parts"} and number % 4:
            continue  # fields that `metrics` have too, all of which are tried
        for other in others(value):
            forged = replaced(document, keys, other)
            files["report"].write_text(json.dumps(forged), encoding="utf-8")
            try:
                claimed = read_report(files["report"])
                # Only the options change the new score.
                is_option = keys[0] == "options"
                found = verified(files) if is_option else compare_reports(claimed, computed)
            except mebench.MebenchError:
                continue  # the report contradicts itself, or is no report
            name, lines = str(keys[0]), [*found.differences, *found.unchecked]
            assert any(line.startswith(name) for line in lines), (keys, value, other)
            checked.add(name)
    # These have a few values only, and none of those above: see the next tests. The log is null
    # here: see the tests of spotting logs; only one-per-video protocols have `classes_all`.
    assert set(Report.model_fields) - checked == {*("format", "task", "by", "log", "classes_all")}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("metrics", "strs", "value"), 0.9),
        (("groups", "micro", "uf1", "value"), 0.9),
        (("counts", "spotting", "tp"), 2),
        (("units", "subjects"), 3),
        (("mean_over_folds", "strs", "value"), 0.9),
        (("folds", "verified"), False),
        (("folds", "text"), "The stated folds are leave-one-video-out"),
        (("parts", 0, "metrics", "strs", "value"), 0.9),
        (("parts", 1, "subject"), "3"),
        (("system", "name"), "another method"),
        (("system", "model_selection"), "none"),
        (("findings", 0, "message"), "Nothing was clipped."),
        (("inputs", 0, "format"), "STR CSV"),
        (("inputs", 1, "first_frame"), 1),
        (("protocol_title",), "Another title"),
        (("task",), "spot"),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else None,
)
def test_a_tampered_field_is_the_only_difference(
    files: dict[str, Path], path: Keys, value: Any
) -> None:
    document = replaced(json.loads(files["report"].read_text(encoding="utf-8")), path, value)
    files["report"].write_text(json.dumps(document), encoding="utf-8")
    (line,) = verified(files).differences
    name = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)[1:]
    assert line.startswith(name.removesuffix(".value") + ":")


def test_parts_of_other_units_are_noticed(files: dict[str, Path]) -> None:
    document = json.loads(files["report"].read_text(encoding="utf-8"))
    for by in ("video", None):
        files["report"].write_text(json.dumps({**document, "by": by}), encoding="utf-8")
        assert verified(files).differences[0].startswith("parts")


def test_removed_findings_and_parts_are_noticed(files: dict[str, Path]) -> None:
    document = json.loads(files["report"].read_text(encoding="utf-8"))
    for name in ("findings", "parts"):
        forged = {**document, name: document[name][:-1]}
        files["report"].write_text(json.dumps(forged), encoding="utf-8")
        (line,) = verified(files).differences
        assert line.startswith(f"{name}:")


def test_the_name_of_a_copied_file_is_listed_as_unchecked(files: dict[str, Path]) -> None:
    files["predictions"] = files["predictions"].rename(files["predictions"].with_name("q.json"))
    found = verified(files)
    assert found.differences == []
    assert found.unchecked[0] == "inputs[0].file: p.json in the report, q.json given"


def test_the_command_names_what_it_did_not_check(files: dict[str, Path]) -> None:
    arguments: list[str | Path] = ["verify", files["report"], "--predictions", files["predictions"]]
    arguments += ["--truth", files["truth"], "--protocol", files["protocol"]]
    result = running.mebench(files["report"].parent, *arguments)
    assert result.status == running.FINE
    lines = result.out.splitlines()
    assert lines[0].startswith("Verified: mebench:1|")
    assert lines[1:] == [
        "Not checked: options: taken from the report (clip, outside_as, score_threshold)"
    ]


def test_a_truth_that_ships_may_be_given_or_not(tmp_path: Path) -> None:
    from mebench.util.resources import shipped_truth_path

    path = shipped_truth_path("synthetic")
    assert path is not None
    empty = {**submission({}), "protocol": "synthetic-str@1"}
    predictions = write(tmp_path, "p.json", empty)
    report = mebench.score(predictions)
    assert "truth-shipped" in {finding.code for finding in report.findings}
    assert verify(report, predictions, None) == Verification([], [])
    assert verify(report, predictions, path) == Verification(
        [], ["findings: how the truth was found"]
    )


def test_other_predictions_and_another_truth_are_noticed(files: dict[str, Path]) -> None:
    for name in ("predictions", "truth"):
        text = files[name].read_text(encoding="utf-8")
        files[name].write_text(text.replace('"offset": 20', '"offset": 21'), encoding="utf-8")
        part = {"predictions": "preds", "truth": "truth"}[name]
        assert verified(files).differences[0].startswith(f"signature: {part} is ")
        files[name].write_text(text, encoding="utf-8")


def test_a_report_under_ones_own_protocol_needs_it(files: dict[str, Path]) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        verify(read_report(files["report"]), files["predictions"], files["truth"])
    assert [one.code for one in caught.value.diagnostics] == ["protocol-needed"]


@pytest.mark.parametrize("matrix", [[], [[1, 2]], [[1], [2], [3]], [[1, 2, 3, 4, 5]] * 3])
def test_a_report_whose_confusion_matrix_does_not_fit_is_refused(
    files: dict[str, Path], matrix: list[list[int]]
) -> None:
    document = json.loads(files["report"].read_text(encoding="utf-8"))
    assert len(document["counts"]["analysis"]["confusion"]["classes"]) == 3
    document["counts"]["analysis"]["confusion"]["matrix"] = matrix
    files["report"].write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(mebench.MebenchError, match="inconsistent"):
        read_report(files["report"])
