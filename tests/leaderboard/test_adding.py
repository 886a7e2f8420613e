"""What gets on a board, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.leaderboard.made import SYNTHETIC, VIS, Boards, submission, synthetic_truth, vis_truth


def test_an_entry_is_scored_and_shown_and_written(boards: Boards) -> None:
    boards.added(submission("the better", 9))
    run = boards.add(submission("the worse", 4), "--year", "2024", "--caveat", "Only a test.")
    assert run.status == 0
    assert "rank 2 of 2 by STRS" in run.said
    lines = run.out.splitlines()
    [own] = [line for line in lines if "→" in line]
    assert "the worse" in own
    assert lines.index(own) > next(at for at, line in enumerate(lines) if "the better" in line)
    assert "mebench:1|p:synthetic-str@1|" in run.out
    assert {path.name for path in (boards.board() / "submissions").iterdir()} == {
        "the-better.json",
        "the-worse.json",
    }
    entry = json.loads((boards.board() / "entries" / "the-worse.json").read_text())
    assert (entry["year"], entry["caveats"]) == (2024, ["Only a test."])
    assert [(line["action"], line["name"]) for line in boards.log()] == [
        ("add", "the-better"),
        ("add", "the-worse"),
    ]
    assert boards.build().status == 0
    assert boards.rows() == ["the-better", "the-worse"]


def test_equal_values_share_a_rank(boards: Boards) -> None:
    boards.added(submission("one", 16))
    same = submission("another", 16)
    same["videos"][0]["intervals"][0]["score"] = 0.4
    assert "rank 1 of 2 by STRS" in boards.add(same).said


def test_a_dry_run_writes_nothing(boards: Boards) -> None:
    run = boards.add(submission(), "--dry-run")
    assert run.status == 0
    assert "1 of 1" in run.said
    assert "Nothing was written." in run.err
    assert boards.tree() == {}


def test_a_literature_row_is_no_rival(boards: Boards) -> None:
    """Not even one of the same name: each has details of its own."""
    boards.board().mkdir()
    (boards.board() / "published.toml").write_text(
        'format = "mebench-published/1"\nprotocol = "synthetic-str@1"\n'
        '[[rows]]\nid = "a-method"\n'
        'method = "x"\nsource = "a paper"\nlink_text = "a paper"\n'
        '[rows.values.headline]\nstrs = ".9999"\n'
    )
    assert "rank 1 of 1 by STRS" in boards.add(submission()).said
    assert boards.build().status == 0
    assert boards.rows() == ["a-method"] * 2
    page = (boards.root / "index.html").read_text()
    for place in ("entries", "published"):
        assert page.count(f'{SYNTHETIC}/{place}/a-method"') == 2, "in its row, and in the details"


def foreign() -> str:
    """Return predictions as a CSV."""
    return "subject,video,onset,offset,emotion\ns01,v1,55,65,surprise\n"


def beyond() -> dict[str, Any]:
    """Return predictions for a video that is not there."""
    document = submission()
    document["videos"][0]["video"] = "v99"
    return document


CASES = {
    "a CSV": (foreign(), (), "convert-first"),
    "a truth": (synthetic_truth(), (), "wrong-file"),
    "a list": ([1, 2], (), "convert-first"),
    "half a file": ('{"format": "mebench-sub', (), "json-truncated"),
    "deeply nested": ("[" * 100_000, (), "convert-first"),
    "half a character": (json.dumps(submission("\ud800")), (), "wrong-type"),
    "no system, another format": ({"protocol": SYNTHETIC}, (), "missing-field"),
    "an oracle by name": (submission("Oracle-spotting"), (), "oracle-refused"),
    "an oracle by confession": (submission("x", uses_truth=True), (), "oracle-refused"),
    "a bad name": (submission(), ("--name", "../../x"), "bad-entry-name"),
    "a name of Windows": (submission(), ("--name", "con"), "bad-entry-name"),
    "an unknown protocol": (submission(protocol="casme9-str@1"), (), "unknown-protocol"),
    "a path as protocol": (submission(protocol="./mine.toml"), (), "unknown-protocol"),
    "a missing truth": (submission(truth=vis_truth(), protocol=VIS), (), "truth-needed"),
    "a wrong video": (beyond(), (), "unknown-video"),
    "an empty reason": (submission(), ("--reason", ""), "bad-entry-text"),
    "an endless method": (submission(), ("--method", "x" * 401), "bad-entry-text"),
    "an endless caveat": (submission(), ("--caveat", "x" * 1001), "bad-entry-text"),
    "a bad truth option": (submission(), ("--truth", "t.json"), "bad-truth-option"),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_refused_writes_nothing(boards: Boards, case: str) -> None:
    document, options, code = CASES[case]
    run = boards.add(document, *options)
    assert run.status in {1, 2}
    assert code in run.codes(), run.said
    assert boards.tree() == {}


def test_no_folder_of_boards(boards: Boards) -> None:
    run = boards.add(submission(), "--boards", "nowhere")
    assert run.codes() == {"boards-missing"}


def test_the_same_predictions_stand_once(boards: Boards) -> None:
    boards.added(submission())
    again = submission("another name", version="2")
    again["videos"].reverse()
    assert boards.add(again).codes() == {"entry-doubled"}
    assert boards.add(submission(found=6)).codes() == {"entry-exists"}
    boards.added(submission(found=6), "--name", "other")


def test_names_are_made_of_titles(boards: Boards) -> None:
    boards.added(submission("=CON|(日本)", 1))
    boards.added(submission("日本", 2))
    names = {path.stem for path in (boards.board() / "entries").iterdir()}
    assert names == {"entry-con", "entry"}


def given(boards: Boards, truth: dict[str, Any]) -> tuple[str, str]:
    """Write a truth; return the option that names it."""
    boards.write("truth.json", truth)
    return "--truth", f"{VIS}=truth.json"


def test_a_truth_that_is_given(boards: Boards) -> None:
    truth = vis_truth()
    boards.added(submission(truth=truth, protocol=VIS), *given(boards, truth))
    assert boards.log(VIS)[0]["name"] == "a-method"


def test_an_incomplete_truth_is_refused(boards: Boards) -> None:
    truth = vis_truth()
    truth["videos"].pop()
    run = boards.add(submission(truth=truth, protocol=VIS), *given(boards, truth))
    assert run.codes() == {"board-counts-differ"}


@pytest.mark.parametrize("content", [None, "{", "a,b\n1,2\n"])
def test_a_truth_that_cannot_be_read(boards: Boards, content: str | None) -> None:
    if content is not None:
        boards.write("t.json", content)
    document = submission(truth=vis_truth(), protocol=VIS)
    run = boards.add(document, "--truth", f"{VIS}=t.json")
    assert run.status in {1, 2} and run.codes(), run.said
    assert boards.tree() == {}


def test_a_blind_truth_is_refused(boards: Boards) -> None:
    truth = vis_truth()
    for video in truth["videos"]:
        del video["intervals"]
    option = given(boards, truth | {"blind": True})
    run = boards.add(submission(truth=vis_truth(), protocol=VIS), *option)
    assert run.codes() == {"truth-blind"}


def test_the_users_own_copies_are_the_truth(boards: Boards) -> None:
    """A miniature is not the complete data set, which shows that it was opened."""
    from tests.datasets.licensed.miniatures import make

    made = make("smic-vis", boards.folder / "copy")
    boards.write("mebench.toml", f'[roots]\nsmic-vis = "{made.root}"\n')
    document = submission(truth={"videos": []}, protocol=VIS)
    del document["folds"]
    run = boards.add(document)
    assert run.codes() == {"board-counts-differ"}, run.said
