"""A run from Python: fields of other types are refused before anything starts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.runner import RunConfig, run_baseline
from mebench.runner.registry import baseline_class
from mebench.runner.run_config import options_from_mapping


def config(folder: Path) -> RunConfig:
    kind = baseline_class("empty")
    protocol = mebench.load_protocol("synthetic-str")
    return RunConfig(kind, options_from_mapping(kind, {}), protocol, (), folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("baseline", "empty"), ("baseline", int), ("options", {}), ("protocol", "synthetic-str")),
        *(("dataset_locations", "synthetic"), ("folder", "run"), ("seed", "1"), ("seed", True)),
        *(("jobs", 1.5), ("scheduler", 1), ("selection", [1]), ("timeout", "1"), ("resume", 1)),
        *(("store", "x"), ("isolate", None), ("given", [])),
    ],
)
def test_a_field_of_another_type(tmp_path: Path, field: str, value: Any) -> None:
    folder = tmp_path / "run"
    with pytest.raises(mebench.UsageError) as caught:
        run_baseline(replace(config(folder), **{field: value}))
    (found,) = caught.value.diagnostics
    assert found.code == "wrong-argument" and f"`{field}`" in found.message
    assert not folder.exists()


def test_something_else_than_a_config() -> None:
    with pytest.raises(mebench.UsageError) as caught:
        run_baseline({})  # type: ignore[arg-type]
    assert [one.code for one in caught.value.diagnostics] == ["wrong-argument"]
