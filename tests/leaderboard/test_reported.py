"""Without the truth: numbers that contradict their own counts are refused, the others reported."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from mebench.diagnostics import Findings
from mebench.formats.loader import read_truth
from mebench.leaderboard.check_counts import count_contradictions
from mebench.leaderboard.score_entry import Score, score_for_board
from mebench.models.annotation_table import TruthTable
from mebench.models.report import Report
from mebench.protocols.loader import load_shipped_protocol
from tests.leaderboard.made import SYNTHETIC, VIS, Boards, submission, synthetic_truth, vis_truth
from tests.leaderboard.test_building import change_entry
from tests.leaderboard.test_tasks import COMPOSITE, LONG, composite, long_videos

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def reported(boards: Boards) -> Boards:
    """Make a board with one entry, whose truth is gone."""
    truth = vis_truth()
    boards.write("truth.json", truth)
    document = submission(truth=truth, protocol=VIS, found=30)
    boards.added(document, "--truth", f"{VIS}=truth.json", "--year", "2024")
    return boards


def set_to(value: Any, *keys: str | int) -> Change:
    """Return a change of one value of an entry."""

    def change(entry: dict[str, Any]) -> None:
        place: Any = entry
        for key in keys[:-1]:
            place = place[key]
        assert keys[-1] == "super" or place[keys[-1]] != value
        place[keys[-1]] = value

    return change


def both(*changes: Change) -> Change:
    """Return several changes as one."""

    def change(entry: dict[str, Any]) -> None:
        for one in changes:
            one(entry)

    return change


def metric(name: str, value: Any) -> Change:
    """Change a metric in the headline and in the group of the only kind."""
    return both(
        set_to(value, "report", "metrics", name, "value"),
        set_to(value, "report", "groups", "micro", name, "value"),
    )


def count(value: Any, *keys: str | int) -> Change:
    """Change a count in the headline and in the group of the only kind."""
    return both(
        set_to(value, "report", "counts", *keys),
        set_to(value, "report", "group_counts", "micro", *keys),
    )


def twice_the_subject(entry: dict[str, Any]) -> None:
    entry["subjects"][1]["subject"] = entry["subjects"][0]["subject"]


CELL = ("analysis", "confusion", "matrix", 0, 0)
FORGED: dict[str, tuple[Change, str]] = {
    "STRS": (metric("strs", 0.9999), "strs is 0.9999"),
    "STRS of the headline alone": (
        set_to(0.9999, "report", "metrics", "strs", "value"),
        "strs is 0.9999",
    ),
    "STRS of the group alone": (
        set_to(0.9999, "report", "groups", "micro", "strs", "value"),
        "micro.strs is 0.9999",
    ),
    "a huge number": (metric("strs", 1e308), "strs is 1e+308"),
    "a huge rate of apexes": (metric("asr", 1e308), "asr is 1e+308"),
    "a rate of apexes between two counts": (metric("asr", 0.9999), "asr is 0.9999"),
    "AP above recall": (metric("ap", 0.9), "ap is 0.9; with these counts it is at most 0.4225"),
    "AP below zero": (metric("ap50", -0.1), "ap50 is -0.1"),
    "an apex error": (metric("apex_mae", -1.0), "apex_mae is -1.0"),
    "F1 of all videos": (metric("analysis_all_f1", 1.0), "analysis_all_f1 is 1.0"),
    "a metric that does not exist": (
        set_to({"value": 1.0, "reason": None}, "report", "metrics", "super"),
        "super is no metric",
    ),
    "null": (metric("uf1", None), "uf1 is None"),
    "hits": (count(70, "spotting", "tp"), "spotting_f1 is"),
    "negative": (count(-1, "spotting", "fp"), "negative or too large"),
    "too large": (count(10**30, "spotting", "fp"), "negative or too large"),
    "a cell": (count(25, *CELL), "in the confusion matrix"),
    "classes": (
        count(["a", "b", "c"], "analysis", "confusion", "classes"),
        "the classes are not those of the protocol",
    ),
    "subjects": (set_to(3, "subjects", 0, "tp"), "the subjects have another sum"),
    "a subject twice": (twice_the_subject, "a subject is listed twice"),
    "fewer subjects": (set_to(7, "report", "units", "subjects"), "7 subjects, but counts of 8"),
    "fewer truths": (set_to(70, "report", "units", "truths"), "70 true expressions, but"),
    "fewer predictions": (set_to(3, "report", "units", "predictions"), "3 predictions, but"),
    "fewer videos": (set_to(70, "report", "units", "videos"), "70 videos, the protocol expects 71"),
    "a group less": (lambda entry: entry["report"]["groups"].pop("micro"), "micro is missing"),
    "details": (set_to("70/71", "report", "details", "asr"), "details.asr is 70/71"),
    "the mean over folds": (
        set_to(1e308, "report", "mean_over_folds", "strs", "value"),
        "mean_over_folds.strs",
    ),
    "the system": (set_to("another", "report", "system", "name"), "the system is not the one"),
    "how the model was selected": (
        set_to("none", "report", "system", "model_selection"),
        "the system is not the one",
    ),
    "folds": (set_to(100, "report", "folds", "count"), "the folds are not those"),
}


@pytest.mark.parametrize("case", FORGED, ids=str)
def test_a_forged_entry_is_a_mismatch_by_name(reported: Boards, case: str) -> None:
    """Although the log was forged with it, and the truth is not there."""
    change, said = FORGED[case]
    change_entry(reported, change, VIS, log=True)
    run = reported.build()
    assert (run.status, run.codes()) == (1, {"board-mismatch"}), run.said
    assert "a-method is not as stored" in run.said and said in run.said
    assert reported.rows(VIS) == []
    page = (reported.board(VIS) / "board.md").read_text()
    assert "## Not shown" in page and "a-method" in page


def test_a_forged_oracle_is_refused(reported: Boards) -> None:
    change_entry(reported, set_to(True, "report", "system", "uses_truth"), VIS, log=True)
    assert reported.build().codes() == {"oracle-refused"}
    assert reported.rows(VIS) == []


def test_what_cannot_be_computed_again_is_reported_below(boards: Boards) -> None:
    """In text, Markdown, LaTeX, CSV, JSON and on the page."""
    boards.board().mkdir()
    boards.added(submission("ours", 5))
    boards.added(submission("theirs", 9, isolation="sandbox"))
    path = boards.board() / "published.toml"
    path.write_text(
        f'format = "mebench-published/1"\nprotocol = "{SYNTHETIC}"\n[[rows]]\nid = "paper"\n'
        'method = "paper"\nsource = "s"\nlink_text = "s"\n[rows.values.headline]\nstrs = ".9"\n'
    )
    assert boards.build().status == 0
    assert [group["label"] for group in boards.data()["groups"]] == ["recomputed", "literature"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mebench.leaderboard.build_board.find_truth", lambda *_: None)
        run = boards.build()
    assert run.status == 0
    assert "2 submissions only reported, not scored again" in run.said
    assert [group["label"] for group in boards.data()["groups"]] == ["reported", "literature"]
    title = "Reported by an earlier run; all videos scored"
    for name in ("board.md", "board.tex"):
        text = (boards.board() / name).read_text()
        assert title in text and "Recomputed from the predictions" not in text
        assert text.index(title) < text.index("From the literature")
    rows = list(csv.DictReader((boards.board() / "board.csv").read_text().splitlines()))
    assert [row["label"] for row in rows] == ["reported", "reported", "literature"]
    assert [row["isolation"] for row in rows] == ["sandbox", "", ""]
    page = (boards.root / "index.html").read_text()
    assert 'data-label="reported"' in page and 'data-label="recomputed"' not in page
    assert title in page and '"isolation":"sandbox"' in page


@pytest.mark.parametrize("with_truth", [True, False])
def test_who_leaves_out_subjects_has_no_rank(boards: Boards, with_truth: bool) -> None:
    """Not even if the row is the best; an empty list is an answer."""
    truth = vis_truth()
    boards.write("truth.json", truth)
    option = ("--truth", f"{VIS}=truth.json")
    boards.added(submission("honest", 30, truth=truth, protocol=VIS), *option)
    boards.added(submission("worse", 20, truth=truth, protocol=VIS), *option)
    partial = submission("partial", 71, truth=truth, protocol=VIS)
    del partial["folds"]
    partial["videos"] = [video for video in partial["videos"] if video["subject"] != "s3"]
    run = boards.add(partial, *option)
    assert run.status == 0
    assert "; not ranked" in run.out and ": rank " not in run.out
    assert "Not ranked: no predictions for 1 subject: s3." in run.said
    assert boards.build(*(option if with_truth else ())).status == 0
    first, last = boards.data(VIS)["groups"]
    assert [row["id"] for row in first["rows"]] == ["honest", "worse"]
    assert [row["id"] for row in last["rows"]] == ["partial"]
    assert (first["ranked"], last["ranked"]) == (True, False)
    assert last["title"].endswith("; not ranked")
    assert last["rows"][0]["not_ranked"] == ["no predictions for 1 subject: s3"]
    assert not any("best" in value for value in last["rows"][0]["values"] if value)
    assert any("best" in value for value in first["rows"][0]["values"] if value)
    page = (boards.board(VIS) / "board.md").read_text()
    assert "not ranked" in page and "no predictions for 1 subject: s3" in page
    rows = csv.DictReader((boards.board(VIS) / "board.csv").read_text().splitlines())
    assert [row["not_ranked"] for row in rows] == ["", "", "no predictions for 1 subject: s3"]


TRUTHS = {SYNTHETIC: synthetic_truth, VIS: vis_truth, LONG: long_videos, COMPOSITE: composite}


@cache
def truth_of(protocol: str) -> tuple[dict[str, Any], TruthTable]:
    """Return the truth of a board, as data and as a table."""
    truth = TRUTHS[protocol]()
    return truth, read_truth(truth, Findings())


def random_score(protocol: str, random: Random) -> Score:
    """Score predictions near the truth, some of them wrong and some missing."""
    truth, table = truth_of(protocol)
    rules = load_shipped_protocol(protocol)
    document: dict[str, Any] = {
        "format": "mebench-submission/1",
        "protocol": protocol,
        "system": {"name": "any"},
    }
    if not rules.spots:
        document["samples"] = [
            {**sample, "emotion": random.choice(rules.classes)} for sample in truth["samples"]
        ]
        return score_for_board_of(document, table, protocol)
    share, has_scores = random.random(), random.random() < 0.7
    if has_scores and random.random() < 0.3:
        document["score_threshold"] = 0.5
    document["videos"] = videos = []
    for video in truth["videos"]:
        intervals = []
        for one in video.get("intervals") or []:
            if random.random() < share:
                onset = max(0, one["onset"] + random.randint(-3, 3))
                row: dict[str, Any] = {"onset": onset, "offset": max(onset, one["offset"])}
                if rules.analyses:
                    row["emotion"] = random.choice(rules.classes)
                if len(rules.targets) > 1:
                    row["kind"] = random.choice(rules.targets)
                if has_scores:
                    row["score"] = round(random.random(), 1)
                intervals.append(row)
        videos.append(
            {"subject": video["subject"], "video": video["video"], "intervals": intervals}
        )
    return score_for_board_of(document, table, protocol)


def score_for_board_of(document: dict[str, Any], table: TruthTable, protocol: str) -> Score:
    rules = load_shipped_protocol(protocol)
    return score_for_board(document, table, rules)  # type: ignore[arg-type]


@pytest.mark.parametrize("protocol", TRUTHS)
@settings(max_examples=settings().max_examples // 2)
@given(seed=draw.integers(0, 2**32))
def test_honest_counts_never_contradict(protocol: str, seed: int) -> None:
    """And no single number of the metrics can be raised."""
    random = Random(seed)
    score = random_score(protocol, random)
    rules = load_shipped_protocol(protocol)
    assert count_contradictions(score.report, score.subjects, rules) == []
    data = json.loads(json.dumps(score.report.to_json()))
    maps = [data["metrics"], *data["groups"].values()]
    [chosen] = random.sample(maps, 1)
    names = [name for name in chosen if not name.startswith(("ap", "asr"))]
    for name in names:
        before = chosen[name]["value"]
        chosen[name]["value"] = 0.5 if before is None else before + random.choice([0.01, 1e-6, 2.0])
        forged = Report.model_validate(data)
        assert count_contradictions(forged, score.subjects, rules), name
        chosen[name]["value"] = before
