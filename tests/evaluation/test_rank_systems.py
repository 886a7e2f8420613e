"""Several systems: ranked by the headline, equal ones share a place, mixtures are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.evaluation.rank_systems import rank_systems
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.tables.report_grids import ranked_grid
from tests.evaluation.documents import TOY_TOML, codes, interval, submission, truth, write


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Write a truth, and systems that find two, one, one and none of two expressions."""
    videos = {
        "all": [interval(10, 20), interval(50, 60, "positive")],
        "first": [interval(10, 20)],
        "second": [interval(50, 60, "positive")],
        "none": [],
    }
    paths = {
        name: write(tmp_path, f"{name}.json", submission({"1/a": found}))
        for name, found in videos.items()
    }
    paths["protocol"] = write(tmp_path, "toy.toml", TOY_TOML)
    paths["truth"] = write(tmp_path, "t.json", truth({"1/a": videos["all"]}))
    return paths


def test_the_best_comes_first_and_equals_share_a_place(files: dict[str, Path]) -> None:
    given = [files[name] for name in ("none", "second", "all", "first")]
    reports, metric = rank_systems(given, files["truth"], str(files["protocol"]), ScoringOptions())
    assert metric == "strs"
    assert [report.inputs[0].file for report in reports] == [
        "all.json",
        "second.json",
        "first.json",
        "none.json",
    ]
    places = [row[0] for row in ranked_grid(reports, metric).rows]
    assert places == ["1", "2", "2", "4"]


def test_the_metric_can_be_chosen(files: dict[str, Path]) -> None:
    given = [files["first"], files["all"]]
    _, metric = rank_systems(
        given, files["truth"], str(files["protocol"]), ScoringOptions(), sort="spotting_recall"
    )
    assert metric == "spotting_recall"
    with pytest.raises(mebench.UsageError) as caught:
        rank_systems(
            given, files["truth"], str(files["protocol"]), ScoringOptions(), sort="spoting_f1"
        )
    assert caught.value.diagnostics[0].code == "unknown-metric"
    assert "Did you mean 'spotting_f1'?" in caught.value.diagnostics[0].message


def test_errors_of_all_files_come_together(files: dict[str, Path], tmp_path: Path) -> None:
    bad = [
        write(tmp_path, "x.json", submission({"1/z": []})),
        write(tmp_path, "y.json", submission({"9/a": []})),
    ]
    with pytest.raises(mebench.MebenchError) as caught:
        rank_systems([*bad, files["all"]], files["truth"], str(files["protocol"]), ScoringOptions())
    assert codes(caught.value) == ["unknown-video", "unknown-subject"]


def test_protocols_are_not_mixed(files: dict[str, Path], tmp_path: Path) -> None:
    other = write(tmp_path, "o.json", {**submission({}), "protocol": "casme2-str@1"})
    same = write(tmp_path, "s.json", {**submission({}), "protocol": "casme3-str@1"})
    true = write(tmp_path, "e.json", {"format": "mebench-truth/1", "videos": []})
    with pytest.raises(mebench.MebenchError) as caught:
        rank_systems([other, same], true, None, ScoringOptions())
    assert codes(caught.value) == ["not-comparable"]


def test_two_kinds_with_analysis_are_ranked_by_what_the_headline_has(tmp_path: Path) -> None:
    protocol = write(
        tmp_path,
        "two.toml",
        TOY_TOML.replace('targets = ["micro"]', 'targets = ["macro", "micro"]'),
    )
    true = write(tmp_path, "t.json", truth({"1/a": [interval(10, 20, kind="micro")]}))
    paths = [
        write(tmp_path, "none.json", submission({"1/a": []})),
        write(tmp_path, "one.json", submission({"1/a": [interval(10, 20, kind="micro")]})),
    ]
    reports, metric = rank_systems(paths, true, str(protocol), ScoringOptions())
    assert metric == "spotting_f1"
    assert [report.inputs[0].file for report in reports] == ["one.json", "none.json"]
