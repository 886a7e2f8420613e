"""Several systems: ranked by the headline, equal ones share a place, mixtures are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.evaluation.rank_systems import Ranking, rank_systems
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.tables.rendering import render_reports
from mebench.tables.report_grids import ranked_grid
from tests.cli import running
from tests.evaluation.documents import TOY_TOML, codes, interval, submission, truth, write


def names(ranking: Ranking) -> list[str | None]:
    return [report.inputs[0].file for report in ranking.reports]


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
    ranking = rank_systems(given, files["truth"], str(files["protocol"]), ScoringOptions())
    assert (ranking.metric, ranking.refused) == ("strs", [])
    assert names(ranking) == ["all.json", "second.json", "first.json", "none.json"]
    grid = ranked_grid(ranking.reports, ranking.metric)
    assert [row[0] for row in grid.rows] == ["1", "2", "2", "4"]
    assert "left out" not in grid.header


def test_who_leaves_out_a_subject_has_no_rank(files: dict[str, Path], tmp_path: Path) -> None:
    """Even with the best value; a subject with an empty list is not left out."""
    videos = {"1/a": [interval(10, 20)], "2/b": [interval(5, 9)]}
    true = write(tmp_path, "two.json", truth(videos))
    write(tmp_path, "first.json", submission({"1/a": [interval(10, 20)], "2/b": []}))
    write(tmp_path, "best.json", submission({"1/a": [interval(10, 20)]}))
    given = [tmp_path / f"{name}.json" for name in ("best", "first")]
    ranking = rank_systems(given, true, str(files["protocol"]), ScoringOptions())
    assert names(ranking) == ["first.json", "best.json"]
    assert [one.units.subjects_left_out for one in ranking.reports] == [[], ["2"]]
    grid = ranked_grid(ranking.reports, ranking.metric)
    assert [(row[0], row[-1]) for row in grid.rows] == [("1", None), (None, "1 subject")]
    exact = ranked_grid(ranking.reports, ranking.metric, exact=True)
    assert exact.header[-1] == "subjects_left_out"
    assert [row[-1] for row in exact.rows] == [None, "2"]
    text = render_reports(ranking.reports, "table", ranking.metric)
    assert "Not ranked: best.json leaves out 1 subject: 2." in text
    alone = rank_systems(given[:1] * 2, true, str(files["protocol"]), ScoringOptions())
    assert [row[0] for row in ranked_grid(alone.reports, alone.metric).rows] == [None, None]
    assert "Subjects left out (1): 2\n" in mebench.render(alone.reports[0])


def test_the_metric_can_be_chosen(files: dict[str, Path]) -> None:
    given = [files["first"], files["all"]]
    ranking = rank_systems(
        given, files["truth"], str(files["protocol"]), ScoringOptions(), sort="spotting_recall"
    )
    assert ranking.metric == "spotting_recall"
    with pytest.raises(mebench.UsageError) as caught:
        rank_systems(
            given, files["truth"], str(files["protocol"]), ScoringOptions(), sort="spoting_f1"
        )
    assert caught.value.diagnostics[0].code == "unknown-metric"
    assert "Did you mean 'spotting_f1'?" in caught.value.diagnostics[0].message


def test_a_bad_file_does_not_stop_a_ranking(files: dict[str, Path], tmp_path: Path) -> None:
    bad = [
        write(tmp_path, "x.json", submission({"1/z": []})),
        write(tmp_path, "y.json", submission({"9/a": []})),
        tmp_path / "missing.json",
    ]
    given = (files["truth"], str(files["protocol"]), ScoringOptions())
    ranking = rank_systems([*bad, files["first"], files["all"]], *given)
    assert names(ranking) == ["all.json", "first.json"]
    assert ranking.refused == bad
    found = [one.code for one in ranking.errors]
    assert found == ["unknown-video", "unknown-subject", "file-unreadable"]
    with pytest.raises(mebench.MebenchError) as caught:
        rank_systems(bad, *given)
    assert codes(caught.value) == found and not isinstance(caught.value, mebench.UsageError)
    with pytest.raises(mebench.UsageError) as missing:
        rank_systems(bad[2:] * 2, *given)
    assert codes(missing.value) == ["file-unreadable"]


def test_the_command_ranks_the_rest(files: dict[str, Path]) -> None:
    folder = files["all"].parent
    write(folder, "bad.json", "{")
    scored = ("--truth", "t.json", "--protocol", "toy.toml")
    run = running.mebench(folder, "score", "first.json", "bad.json", "all.json", *scored)
    assert (run.status, run.codes()) == (1, {"json-truncated"})
    assert "1 of 3 files not ranked: bad.json" in run.err and "json-truncated" in run.err
    rows = [line.split()[:2] for line in run.out.splitlines() if line.startswith("  1 ")]
    assert len(rows) == 1 and "2  " in run.out


def test_a_file_under_other_rules_is_named(files: dict[str, Path], tmp_path: Path) -> None:
    """The rules of most files are those of the ranking, in whatever order files come."""
    other = write(tmp_path, "o.json", {**submission({}), "protocol": "casme2-str@1"})
    same = [
        write(tmp_path, f"{n}.json", {**submission({}), "protocol": "casme3-str@1"}) for n in "st"
    ]
    true = write(tmp_path, "e.json", {"format": "mebench-truth/1", "videos": []})
    ranking = rank_systems([other, *same], true, None, ScoringOptions())
    assert names(ranking) == ["s.json", "t.json"]
    assert ([one.code for one in ranking.errors], ranking.refused) == (["not-comparable"], [other])


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
    ranking = rank_systems(paths, true, str(protocol), ScoringOptions())
    assert ranking.metric == "spotting_f1"
    assert names(ranking) == ["one.json", "none.json"]
