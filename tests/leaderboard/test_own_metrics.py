"""Boards with a column for a metric of another package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.evaluation.documents import TOY_TOML, truth
from tests.leaderboard.made import Boards
from tests.leaderboard.test_own_protocols import OWN, TRUTH, predictions
from tests.metrics.packages import install

TRUTHS = ("--truth", f"{OWN}=t.json")
RESCORE = ("leaderboard", "rescore", "first", "--protocol", OWN, "--reason", "x", *TRUTHS)


@pytest.fixture
def board(boards: Boards, tmp_path: Path) -> Boards:
    """Return a board of two columns more: one of a package, and one of the standard."""
    boards.write("toy.toml", TOY_TOML)
    boards.write("t.json", truth(TRUTH))
    boards.board(OWN).mkdir()
    (boards.board(OWN) / "board.toml").write_text('metrics = ["own-f1", "ap75"]')
    with pytest.MonkeyPatch.context() as patch:
        install(tmp_path / "installed", patch)
        boards.added(predictions("first", 2), "--protocol", "toy.toml", "--truth", "t.json")
        assert boards.build(*TRUTHS).status == 0
    return boards


def column(boards: Boards, name: str) -> list[Any]:
    data = boards.data(OWN)
    index = [one["id"] for one in data["columns"]].index(name)
    return [row["values"][index]["value"] for group in data["groups"] for row in group["rows"]]


def test_it_is_a_column_with_its_title(
    board: Boards, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = board.data(OWN)
    [shown] = [one for one in data["columns"] if one["id"] == "own-f1"]
    assert shown == {"id": "own-f1", "title": "F1 again", "better": "higher", "unit": ""}
    assert column(board, "own-f1") == column(board, "spotting_f1")
    assert data["columns"][-1]["id"] == "ap75"
    for name in ("board.md", "board.tex"):
        assert "F1 again" in (board.board(OWN) / name).read_text()
    assert "|metrics:own-f1=someones-metrics@1.0~" in board.log(OWN)[0]["signature"]
    install(tmp_path / "again", monkeypatch)
    assert board.build().status == 0, "without the truth the row is only reported"
    assert column(board, "own-f1") == column(board, "spotting_f1")


def test_without_the_package_the_board_says_so(board: Boards) -> None:
    before = board.tree()
    found = board.build(*TRUTHS)
    assert found.status == 2
    assert found.codes() == {"unknown-metric"}
    assert f"{OWN}/board.toml" in found.said
    assert "'own-f1'" in found.said
    assert board.tree() == before


def test_another_version_needs_another_score(
    board: Boards, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "later", monkeypatch, version="1.1")
    found = board.build(*TRUTHS)
    assert found.status == 1
    assert found.codes() == {"not-comparable"}
    assert board.type(*RESCORE).status == 0
    assert board.build(*TRUTHS).status == 0
    assert column(board, "own-f1") == column(board, "spotting_f1")


def test_a_metric_that_the_settings_add_later(board: Boards) -> None:
    settings = board.board(OWN) / "board.toml"
    settings.write_text("")
    assert board.build(*TRUTHS).codes() == {"not-comparable"}, "its signature names the metric"
    assert board.type(*RESCORE).status == 0
    assert board.build(*TRUTHS).status == 0
    settings.write_text('metrics = ["asr"]')
    assert board.build(*TRUTHS).codes() == {"unknown-metric"}, "the protocol does not have it"
