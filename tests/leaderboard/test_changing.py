"""Entries removed and scored again, with the reason in the log; and commands that were cut off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mebench.leaderboard import edit_board
from tests.leaderboard.made import SYNTHETIC, Boards, submission

OF_BOARD = ("--protocol", SYNTHETIC)


def remove(boards: Boards, name: str, reason: str = "withdrawn") -> Any:
    return boards.type("leaderboard", "remove", name, *OF_BOARD, "--reason", reason)


def rescore(boards: Boards, name: str, reason: str = "mended") -> Any:
    return boards.type("leaderboard", "rescore", name, *OF_BOARD, "--reason", reason)


def test_a_removed_entry_stays_in_the_log(boards: Boards) -> None:
    boards.added(submission())
    assert remove(boards, "a-method", "withdrawn by its authors").status == 0
    added, removed = boards.log()
    assert (removed["action"], removed["reason"]) == ("remove", "withdrawn by its authors")
    assert removed["before"] == added["signature"]
    assert boards.build().status == 0
    assert boards.rows() == []
    boards.added(submission())


def test_a_reason_may_hold_any_character(boards: Boards) -> None:
    reason = "a line\nand\u2028another\x85 \x1b[1m “ö”"
    boards.added(submission(), "--reason", reason)
    assert remove(boards, "a-method", reason).status == 0
    assert boards.build().status == 0
    lines = (boards.board() / "log.jsonl").read_text().removesuffix("\n").split("\n")
    assert [json.loads(line)["reason"] for line in lines] == [reason] * 2


@pytest.mark.parametrize("verb", ["remove", "rescore"])
def test_an_unknown_entry(boards: Boards, verb: str) -> None:
    boards.added(submission())
    run = boards.type("leaderboard", verb, "a-metod", *OF_BOARD, "--reason", "x")
    assert run.codes() == {"entry-unknown"}
    assert "Did you mean 'a-method'?" in run.said


@pytest.mark.parametrize("verb", ["remove", "rescore"])
def test_no_change_without_a_reason(boards: Boards, verb: str) -> None:
    boards.added(submission())
    before = boards.tree()
    assert boards.type("leaderboard", verb, "a-method", *OF_BOARD).status == 2
    empty = boards.type("leaderboard", verb, "a-method", *OF_BOARD, "--reason", "")
    assert empty.codes() == {"bad-entry-text"}
    assert boards.tree() == before


def test_a_changed_file_stays_off_until_it_is_scored_anew(boards: Boards) -> None:
    boards.added(submission(found=5))
    path = boards.board() / "submissions" / "a-method.json"
    path.write_text(json.dumps(submission(found=6)))
    assert boards.build().status == 1
    assert boards.rows() == []
    assert rescore(boards, "a-method", "two videos were missing").status == 0
    assert boards.build().status == 0
    assert boards.rows() == ["a-method"]
    first, second = boards.log()
    assert second["before"] == first["signature"] != second["signature"]
    assert second["reason"] == "two videos were missing"


class Killed(BaseException):
    """Stands for a process that ends between two writes."""


def killed(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.mark.parametrize("step", ["write_entry", "append_log_line"])
def test_adding_cut_off(boards: Boards, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left is named, is no row, and the same command ends it."""
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(edit_board, step, killed)
        boards.add(submission())
    run = boards.build()
    assert run.status == 1
    assert run.codes() == {"entry-missing" if step == "write_entry" else "log-differs"}
    assert "a-method" in run.said
    assert boards.rows() == []
    boards.added(submission())
    assert boards.build().status == 0
    assert boards.rows() == ["a-method"]


def test_removing_cut_off(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    boards.added(submission())
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(edit_board, "append_log_line", killed)
        remove(boards, "a-method")
    run = boards.build()
    assert (run.status, run.codes()) == (1, {"log-differs"})
    assert "a-method" in run.said
    assert remove(boards, "a-method").status == 0
    assert boards.build().status == 0


def test_scoring_anew_cut_off(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new number without a line in the log is none."""
    boards.added(submission(found=5))
    path = boards.board() / "submissions" / "a-method.json"
    path.write_text(json.dumps(submission(found=6)))
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(edit_board, "append_log_line", killed)
        rescore(boards, "a-method")
    assert boards.build().codes() == {"log-differs"}
    assert boards.rows() == []
    assert rescore(boards, "a-method").status == 0
    assert boards.build().status == 0


@pytest.mark.parametrize("content", ["{", '{"date": "today"}', "\n", "\xff"])
def test_a_damaged_log(boards: Boards, content: str) -> None:
    boards.added(submission())
    before = boards.tree()
    (boards.board() / "log.jsonl").write_text(content, encoding="latin-1")
    for run in (boards.build(), remove(boards, "a-method"), rescore(boards, "a-method")):
        assert run.codes() == {"log-damaged"}
    kept = {name: text for name, text in boards.tree().items() if not name.endswith(".jsonl")}
    assert kept == {name: text for name, text in before.items() if not name.endswith(".jsonl")}


def test_a_damaged_entry_keeps_itself_off_alone(boards: Boards) -> None:
    boards.added(submission("one", 3))
    boards.added(submission("two", 4))
    (boards.board() / "entries" / "one.json").write_text("{}")
    run = boards.build()
    assert (run.status, run.codes()) == (1, {"entry-damaged"})
    assert boards.rows() == ["two"]
    assert remove(boards, "one").status == 0
    assert boards.build().status == 0
