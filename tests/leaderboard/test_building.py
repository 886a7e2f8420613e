"""Boards built: numbers stay what they were until somebody says why they change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from mebench.evaluation.score import evaluate_predictions
from mebench.leaderboard import build_board
from mebench.leaderboard.board_folder import digest_of_score
from mebench.models.leaderboard import LeaderboardEntry
from mebench.protocols import loader
from mebench.util import resources
from tests.datasets.licensed.running import Run
from tests.leaderboard.made import SYNTHETIC, VIS, Boards, submission, vis_truth


def refused(boards: Boards, run: Run, code: str, *said: str) -> None:
    """See that an entry is refused by name, and that the board has no number of it."""
    assert run.status == 1
    assert run.codes() == {code}, run.said
    assert "a-method" in run.said
    for text in said:
        assert text in run.said
    assert boards.rows() == []
    page = (boards.board() / "board.md").read_text()
    assert "## Not shown" in page and "a-method" in page
    assert str(boards.folder) not in page + json.dumps(boards.data())


def vis(boards: Boards) -> tuple[str, str]:
    """Put an entry on a board whose truth is not part of mebench; return its option."""
    truth = vis_truth()
    boards.write("truth.json", truth)
    option = ("--truth", f"{VIS}=truth.json")
    boards.added(submission(truth=truth, protocol=VIS, found=30), *option)
    return option


def test_a_changed_prediction_file(boards: Boards) -> None:
    boards.added(submission(found=5))
    path = boards.board() / "submissions" / "a-method.json"
    path.write_text(json.dumps(submission(found=6)))
    refused(boards, boards.build(), "board-mismatch", "the prediction file is")


def test_a_changed_word_about_the_system(boards: Boards) -> None:
    """Who chose a model on the test set does not get out of its group by another word."""
    boards.added(submission(model_selection="test"))
    path = boards.board() / "submissions" / "a-method.json"
    path.write_text(json.dumps(submission(model_selection="none")))
    refused(boards, boards.build(), "board-mismatch", "the prediction file is")


def test_spaces_and_line_ends_are_no_change(boards: Boards) -> None:
    boards.added(submission())
    path = boards.board() / "submissions" / "a-method.json"
    text = json.dumps(json.loads(path.read_text()), indent=1).replace("\n", "\r\n")
    path.write_bytes(text.encode())
    assert boards.build().status == 0


@pytest.mark.parametrize("content", [None, "{", "[]", ""])
def test_a_prediction_file_that_is_gone_or_damaged(boards: Boards, content: str | None) -> None:
    boards.added(submission())
    path = boards.board() / "submissions" / "a-method.json"
    path.unlink()
    if content is not None:
        path.write_text(content)
    code = "board-mismatch" if content == "[]" else "predictions-unreadable"
    refused(boards, boards.build(), code)


def test_a_changed_truth(boards: Boards) -> None:
    vis(boards)
    truth = vis_truth()
    truth["videos"][3]["intervals"][0]["onset"] += 1
    boards.write("truth.json", truth)
    run = boards.build("--truth", f"{VIS}=truth.json")
    assert (run.status, run.codes()) == (1, {"board-mismatch"})
    assert "a-method" in run.said and "the truth changed from" in run.said
    assert boards.rows(VIS) == []


@pytest.mark.parametrize("with_truth", [True, False])
def test_a_changed_rule(
    boards: Boards, monkeypatch: pytest.MonkeyPatch, with_truth: bool, tmp_path: Path
) -> None:
    """A protocol whose file changed under the same version."""
    option = vis(boards)
    folder = tmp_path / "protocols"
    shutil.copytree(resources.shared_folder("protocols"), folder)
    path = folder / f"{VIS}.toml"
    text = path.read_text().replace('video_scope = "with-target"', 'video_scope = "all"')
    path.write_text(text)
    changed = loader.load_protocol(path)
    monkeypatch.setattr(loader, "_shipped", {VIS: changed}.get)
    run = boards.build(*(option if with_truth else ()))
    assert (run.status, run.codes()) == (1, {"not-comparable"})
    assert "a-method" in run.said and "scope is with-target, expected all" in run.said
    assert boards.rows(VIS) == []


def test_a_rule_that_no_signature_names(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    boards.added(submission())
    monkeypatch.setattr(build_board, "digest_of_rules", lambda _: "0" * 16)
    message = f"the hash of the rules of {SYNTHETIC} is 0000"
    refused(boards, boards.build(), "board-mismatch", message)


def test_without_the_truth_the_last_score_is_only_reported(boards: Boards) -> None:
    option = vis(boards)
    run = boards.build(*option)
    assert (run.status, "1 submission scored again" in run.said) == (0, True)
    [before] = boards.data(VIS)["groups"]
    run = boards.build()
    assert run.status == 0
    truth = boards.data(VIS)["truth"]
    assert "only reported, not scored again, because the truth is not available" in run.said
    assert f"(scored on truth {truth})" in run.said
    [group] = boards.data(VIS)["groups"]
    assert (before["label"], group["label"]) == ("recomputed", "reported")
    assert group["rows"] == before["rows"], "the numbers are the same"


def change_entry(boards: Boards, change: Any, protocol: str = SYNTHETIC, *, log: bool) -> None:
    """Change a kept entry by hand; with its line in the log, as a careful hand would."""
    path = boards.board(protocol) / "entries" / "a-method.json"
    entry = json.loads(path.read_text())
    change(entry)
    path.write_text(json.dumps(entry))
    if log:
        lines = boards.log(protocol)
        record = LeaderboardEntry.model_validate(entry)
        lines[-1] |= {"signature": entry["report"]["signature"], "score": digest_of_score(record)}
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (boards.board(protocol) / "log.jsonl").write_text(text)


def better(entry: dict[str, Any]) -> None:
    entry["report"]["metrics"]["strs"]["value"] = 0.99


def better_group(entry: dict[str, Any]) -> None:
    entry["report"]["groups"]["micro"]["spotting_f1"]["value"] = 0.99


def better_subject(entry: dict[str, Any]) -> None:
    entry["subjects"][0]["tp"] += 1


@pytest.mark.parametrize("change", [better, better_group, better_subject])
@pytest.mark.parametrize("log", [False, True])
def test_a_kept_number_changed_by_hand(boards: Boards, change: Any, log: bool) -> None:
    boards.added(submission())
    change_entry(boards, change, log=log)
    refused(boards, boards.build(), "board-mismatch" if log else "log-differs")


@pytest.mark.parametrize("older", [True, False])
def test_a_metric_that_came_later_is_no_mismatch(boards: Boards, older: bool) -> None:
    """An entry from before it stays; one of this version that lacks it was changed."""
    boards.added(submission())

    def change(entry: dict[str, Any]) -> None:
        report = entry["report"]
        for metrics in (report["metrics"], report["mean_over_folds"], *report["groups"].values()):
            del metrics["uar"]
        if older:
            report["signature"] = report["signature"].rpartition("|")[0] + "|v:0.0.1"

    change_entry(boards, change, log=True)
    run = boards.build()
    assert run.codes() == (set() if older else {"board-mismatch"})
    assert boards.rows() == (["a-method"] if older else [])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("p:smic-vis-str@1", "p:smic-vis-str@2", "p is smic-vis-str@2"),
        ("iou:ge.50", "iou:gt.50", "iou is gt.50, expected ge.50"),
        ("frames:kept", "frames:clipped", "frames is clipped"),
        ("|zerodiv:0", "|rules:01234567|zerodiv:0", "rules is 01234567"),
        ("|truth:", "|counts:differ|truth:", "counts is differ"),
    ],
)
def test_other_versions_and_rules_are_refused_by_name(
    boards: Boards, old: str, new: str, said: str
) -> None:
    """Also without a truth to score again."""
    vis(boards)

    def change(entry: dict[str, Any]) -> None:
        entry["report"]["signature"] = entry["report"]["signature"].replace(old, new)

    change_entry(boards, change, VIS, log=True)
    run = boards.build()
    assert (run.status, run.codes()) == (1, {"not-comparable"})
    assert "a-method" in run.said and said in run.said
    assert boards.rows(VIS) == []


def test_another_truth_is_refused_by_name(boards: Boards) -> None:
    """After one entry was scored again on a corrected truth, the others must be too."""
    option = vis(boards)
    truth = vis_truth()
    second = submission("second", 20, truth=truth, protocol=VIS)
    boards.added(second, *option)
    truth["videos"][0]["intervals"][0]["onset"] += 1
    boards.write("truth.json", truth)
    again = ("--protocol", VIS, "--reason", "an onset was mended", *option)
    assert boards.type("leaderboard", "rescore", "second", *again).status == 0
    run = boards.build()
    assert (run.status, run.codes()) == (1, {"not-comparable"})
    assert "a-method was not scored" in run.said and "truth is" in run.said
    assert boards.rows(VIS) == ["second"]
    assert boards.type("leaderboard", "rescore", "a-method", *again).status == 0
    assert boards.build(*option).status == 0
    assert boards.rows(VIS) == ["second", "a-method"] or boards.rows(VIS) == ["a-method", "second"]


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("signature", ["", "mebench:1", "mebench:1|p:x`y|v:0", "p|q", "x\n<b>"])
def test_a_signature_that_is_none(boards: Boards, signature: str, log: bool) -> None:
    boards.added(submission())
    change_entry(boards, lambda entry: entry["report"].update(signature=signature), log=log)
    run = boards.build()
    assert run.codes() == {"log-damaged" if log else "entry-damaged"}


def test_each_entry_is_matched_once(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(1, 4):
        boards.added(submission(f"method {place}", place))
    calls = []

    def counted(*arguments: Any) -> Any:
        calls.append(arguments[0])
        case = evaluate_predictions(*arguments)
        case.recount = None  # type: ignore[assignment]  # would match again
        return case

    monkeypatch.setattr("mebench.leaderboard.score_entry.evaluate_predictions", counted)
    assert boards.build().status == 0
    assert sorted(path.stem for path in calls) == ["method-1", "method-2", "method-3"]


def test_bytes_depend_on_nothing_else(boards: Boards, tmp_path: Path) -> None:
    for place in (3, 1, 2):
        boards.added(submission(f"method {place}", place))
    assert boards.build().status == 0
    first = boards.tree()
    assert "Wrote 0 files" in boards.build().said
    assert boards.build("-o", "elsewhere").status == 0
    again = Boards(boards.type._replace(folder=tmp_path / "again"))
    again.root.mkdir(parents=True)
    for place in (2, 3, 1):
        again.added(submission(f"method {place}", place))
    assert again.build().status == 0
    second = again.tree()
    for name, text in first.items():
        if not name.endswith("log.jsonl"):
            assert second[name] == text, name
            copy = tmp_path / "elsewhere" / name
            assert name == ".lock" or "/" in name or copy.read_bytes() == text


def test_check_says_what_is_out_of_date(boards: Boards) -> None:
    boards.added(submission())
    run = boards.build("--check")
    assert run.status == 1
    assert "synthetic-str@1/board.md is out of date" in run.said
    assert not (boards.board() / "board.md").exists()
    assert boards.build().status == 0
    assert boards.build("--check").status == 0
    page = boards.root / "index.html"
    page.write_text(page.read_text().replace("a method", "a better method"))
    run = boards.build("--check")
    assert (run.status, "index.html is out of date" in run.said) == (1, True)


def test_one_board_alone(boards: Boards) -> None:
    boards.added(submission())
    run = boards.build(SYNTHETIC)
    assert run.status == 0
    assert {path.name for path in boards.root.iterdir()} == {SYNTHETIC, ".lock"}
    assert boards.build("casme9-str@1").codes() == {"unknown-protocol"}


def test_a_folder_named_after_nothing(boards: Boards) -> None:
    (boards.root / "casme2-str@77" / "submissions").mkdir(parents=True)
    run = boards.build()
    assert (run.status, run.codes()) == (2, {"unknown-protocol"})
    assert "casme2-str@77" in run.said


def test_systems_that_are_not_distinguishable_from_the_best_are_marked(boards: Boards) -> None:
    for name, found in (("best", 15), ("close", 14), ("far", 0)):
        boards.added(submission(name, found))
    assert boards.build().status == 0
    [group] = boards.data()["groups"]
    by = [column["id"] for column in boards.data()["columns"]].index("strs")
    cells = {row["id"]: row["values"][by] for row in group["rows"]}
    assert [name for name, cell in cells.items() if "like_best" in cell] == ["close"]
    page = (boards.board() / "board.md").read_text()
    [line] = [line for line in page.splitlines() if line.startswith("| close")]
    assert "†" in line and "not distinguishable from the first row" in page
    assert page.count("†") == 2
    assert "†" in (boards.board() / "board.tex").read_text()
    assert (boards.root / "index.html").read_text().count(">†</abbr>") == 1
