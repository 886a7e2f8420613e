"""Boards of one's own protocols: their rules, titles, deadlines, and several files at once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from mebench.leaderboard.board_rows import board_columns, ranking_column
from mebench.leaderboard.board_settings import is_late
from mebench.models.protocol import Protocol
from tests.datasets.licensed.running import Run
from tests.evaluation.documents import TOY_TOML, interval, truth
from tests.leaderboard.made import SYNTHETIC, Boards, submission

OWN = "toy@1"
TRUTH = {
    f"{subject}/a": [interval(10, 20), interval(50, 60, "positive")] for subject in ("1", "2", "3")
}


def predictions(name: str, found: int, *, subjects: int = 3) -> dict[str, Any]:
    """Return predictions with the first expressions of some subjects."""
    true = truth(TRUTH)
    true["videos"] = true["videos"][:subjects]
    document = submission(name, 0, truth=true, protocol=OWN)
    for video in document["videos"][:found]:
        video["intervals"] = [interval(10, 20, score=0.5)]
    return document


@pytest.fixture
def own(boards: Boards) -> Boards:
    boards.write("toy.toml", TOY_TOML)
    boards.write("t.json", truth(TRUTH))
    return boards


OPTIONS = ("--protocol", "toy.toml", "--truth", "t.json")


def add(boards: Boards, *files: str | Path) -> Run:
    return boards.type("leaderboard", "add", *files)


def ranked(boards: Boards) -> list[tuple[str, int | None]]:
    groups = boards.data(OWN)["groups"]
    return [(row["id"], row["rank"]) for group in groups for row in group["rows"]]


def test_from_the_first_file_to_the_page(own: Boards) -> None:
    """The protocol is kept with the board, so later commands need no option."""
    own.added(predictions("first", 2), *OPTIONS)
    assert (own.board(OWN) / "protocol.toml").read_text() == TOY_TOML
    truths = ("--truth", f"{OWN}=t.json")
    own.added(predictions("second", 3), *truths)
    assert "|rules:" in own.log(OWN)[0]["signature"]
    (own.board(OWN) / "published.toml").write_text(
        f'format = "mebench-published/1"\nprotocol = "{OWN}"\n[[rows]]\nid = "paper"\n'
        'method = "paper"\nsource = "s"\nlink_text = "s"\n[rows.values.headline]\nstrs = ".9"\n'
    )
    assert own.build(*truths).status == 0
    assert ranked(own) == [("second", 1), ("first", 2), ("paper", 1)]
    change = ("first", "--protocol", OWN, "--reason", "x")
    assert own.type("leaderboard", "rescore", *change, "--truth", "t.json").status == 0
    assert own.type("leaderboard", "remove", *change).status == 0
    assert own.build().status == 0, "without the truth the row is only reported"
    assert ranked(own) == [("second", 1), ("paper", 1)]
    listed = own.type("leaderboard", "list")
    assert listed.status == 0
    [line] = [line for line in listed.out.splitlines() if OWN in line]
    assert line.split()[:4] == [OWN, "1", "1", "own"]


def test_titles_and_texts_are_ones_own(own: Boards) -> None:
    own.added(predictions("first", 2), *OPTIONS)
    own.board(SYNTHETIC).mkdir()
    (own.board(SYNTHETIC) / "board.toml").write_text("deadline = 2026-06-30\n")
    (own.root / "page.toml").write_text(
        'title = "Challenge <2026>"\ntext = """\nOne & two.\n\nThe second part."""\n'
    )
    (own.board(OWN) / "board.toml").write_text(
        'title = "Our board"\ntext = "What we do."\ndeadline = 2026-06-30T23:59:00-12:00\n'
    )
    assert own.build().status == 0
    page = (own.root / "index.html").read_text()
    assert "<title>Challenge &lt;2026&gt;</title>" in page
    assert "<p>One &amp; two.</p>\n<p>The second part.</p>" in page
    assert "Our board</h2>" in page and "What we do." in page and "No rows yet." in page
    index = (own.root / "README.md").read_text()
    assert "# Challenge \\<2026\\>\n\nOne & two.\n\nThe second part.\n" in index.replace("\\&", "&")
    data = own.data(OWN)
    assert (data["title"], data["description"]) == ("Our board", "What we do.")
    assert data["deadline"] == "2026-06-30T23:59:00-12:00"


def test_several_files_with_late_bad_partial_and_double_ones(own: Boards) -> None:
    (own.board(OWN)).mkdir()
    (own.board(OWN) / "board.toml").write_text("deadline = 2026-06-30\n")
    own.write("good.json", predictions("good", 1))
    own.write("double.json", predictions("another name", 1))
    scaled = json.dumps(predictions("a third name", 1)).replace("0.5", "0.6")
    own.write("alike.json", scaled)
    own.write("broken.json", "{")
    partial = predictions("partial", 2, subjects=2)
    del partial["folds"]
    own.write("partial.json", partial)
    own.write("p.csv", "subject,video,onset,offset,emotion\n1,a,10,20,negative\n")
    names = ("good", "double", "alike", "broken", "partial")
    files = [*(f"{name}.json" for name in names), "p.csv"]
    run = add(own, *files, *OPTIONS, "--received", "2026-06-30")
    assert run.status == 1
    assert run.codes() == {"entry-doubled", "json-truncated", "convert-first"}
    assert run.err.count("warning [entry-alike] All numbers equal those of good,") == 1
    assert "Refused 3 of 6 files: double.json, broken.json, p.csv" in run.err
    assert "mebench convert predictions p.csv --protocol toy.toml -o p.json" in run.said
    late = own.add(predictions("late", 3), *OPTIONS, "--received", "2026-07-01", file="late.json")
    assert "Not ranked: received 2026-07-01, after the deadline 2026-06-30." in late.said
    unknown = own.add(predictions("unknown", 2), *OPTIONS, file="u.json")
    assert "received-unknown" in unknown.codes("warning")
    assert own.build("--truth", f"{OWN}=t.json").status == 0
    assert ranked(own) == [
        ("unknown", 1),
        ("a-third-name", 2),
        ("good", 2),
        ("late", None),
        ("partial", None),
    ]
    assert "not ranked: <bdi>received 2026-07-01" in (own.root / "index.html").read_text()
    best = [
        row["id"]
        for group in own.data(OWN)["groups"]
        for row in group["rows"]
        if any(value and value.get("best") for value in row["values"])
    ]
    assert "late" not in best and "partial" not in best
    (own.board(OWN) / "board.toml").write_text("deadline = 2026-07-01\n")
    assert own.build("--truth", f"{OWN}=t.json").status == 0
    assert ranked(own)[0] == ("late", 1), "the deadline was extended"


def test_a_date_of_an_entry_is_in_the_log(own: Boards) -> None:
    own.added(predictions("late", 3), *OPTIONS, "--received", "2026-07-01T00:00:00Z")
    path = own.board(OWN) / "entries" / "late.json"
    entry = json.loads(path.read_text())
    assert entry["received"] == own.log(OWN)[0]["received"] == "2026-07-01T00:00:00Z"
    path.write_text(json.dumps(entry | {"received": "2026-06-01"}))
    assert own.build().codes() == {"log-differs"}
    assert ranked(own) == []


@pytest.mark.parametrize(
    ("received", "deadline", "late"),
    [
        ("2026-06-30", "2026-06-30", False),
        ("2026-07-01", "2026-06-30", True),
        ("2026-06-30T23:59:59", "2026-06-30", False),
        ("2026-07-01T00:00:00Z", "2026-06-30", True),
        ("2026-07-01T11:58:00Z", "2026-06-30T23:59:00-12:00", False),
        ("2026-07-01T12:00Z", "2026-06-30T23:59:00-12:00", True),
        ("2026-06-30 12:00", "2026-06-30T12:00:00+00:00", False),
        ("2026-06-30", "2026-06-30T12:00Z", False),
        ("9999-12-31", "9999-12-31", False),
        (None, "2026-06-30", False),
        ("2026-06-30", None, False),
    ],
)
def test_what_is_late(received: str | None, deadline: str | None, late: bool) -> None:
    """A day is complete, and in doubt nobody is late."""
    assert is_late(received, deadline) is late


def change_rules(own: Boards) -> Run:
    own.added(predictions("first", 2), *OPTIONS)
    own.write("toy.toml", TOY_TOML.replace("classes", 'video_scope = "with-target"\nclasses'))
    return own.add(predictions("second", 3), *OPTIONS)


def take_an_id(own: Boards) -> Run:
    own.write("toy.toml", TOY_TOML.replace(OWN, SYNTHETIC))
    return own.add(predictions("x", 1) | {"protocol": SYNTHETIC}, *OPTIONS)


def rename_the_folder(own: Boards) -> Run:
    own.added(predictions("first", 2), *OPTIONS)
    own.board(OWN).rename(own.board("toy@2"))
    return own.build()


def settings(text: str, name: str = f"{OWN}/board.toml") -> Any:
    def build(own: Boards) -> Run:
        own.added(predictions("first", 2), *OPTIONS)
        (own.root / name).write_text(text)
        return own.build()

    return build


REFUSED: dict[str, tuple[Any, str]] = {
    "other rules": (change_rules, "board-protocol"),
    "an id of mebench": (take_an_id, "board-protocol"),
    "a folder of another name": (rename_the_folder, "board-protocol"),
    "no protocol of the board": (lambda own: own.add(predictions("x", 1)), "unknown-protocol"),
    "another protocol": (lambda own: own.add(submission(), *OPTIONS), "wrong-protocol"),
    "a bad date": (
        lambda own: own.add(predictions("x", 1), *OPTIONS, "--received", "30.6.2026"),
        "bad-date",
    ),
    "no TOML": (settings("title = "), "board-settings-syntax"),
    "an unknown setting": (settings('titel = "x"'), "unknown-field"),
    "a title of another type": (settings("title = 3"), "wrong-type"),
    "a bad deadline": (settings('deadline = "soon"'), "bad-date"),
    "a deadline of a page": (settings("deadline = 2026-06-30", "page.toml"), "unknown-field"),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_refused_is_named(own: Boards, case: str) -> None:
    run, code = REFUSED[case][0](own), REFUSED[case][1]
    assert run.status in {1, 2} and run.codes() == {code}, run.said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
@pytest.mark.parametrize("name", [f"{OWN}/protocol.toml", f"{OWN}/board.toml", "page.toml"])
def test_links_and_pipes_are_refused(own: Boards, name: str) -> None:
    own.added(predictions("first", 2), *OPTIONS)
    path = own.root / name
    path.unlink(missing_ok=True)
    path.symlink_to(own.folder / "toy.toml")
    assert own.build().codes() == {"irregular-file"}
    path.unlink()
    os.mkfifo(path)
    assert own.build().codes() == {"irregular-file"}


def test_both_kinds_and_emotions_are_ranked_by_micro(own: Boards) -> None:
    """The headline of such a protocol has no STRS: emotions belong to micro."""
    text = TOY_TOML.replace('targets = ["micro"]', 'targets = ["macro", "micro"]')
    own.write("toy.toml", text)
    kinds = {
        name: [one | {"kind": "micro"} for one in intervals] for name, intervals in TRUTH.items()
    }
    own.write("t.json", truth(kinds))
    for name, found in (("worse", 1), ("better", 3)):
        document = predictions(name, found)
        for video in document["videos"]:
            video["intervals"] = [one | {"kind": "micro"} for one in video["intervals"]]
        own.added(document, *OPTIONS)
    assert own.build().status == 0
    assert ranked(own) == [("better", 1), ("worse", 2)]
    assert own.data(OWN)["by"] == "micro.strs"


def test_data_sets_of_a_composite_have_columns() -> None:
    toml = {"id": "two@1", "title": "t", "task": "spot", "targets": ["micro"]}
    protocol = Protocol.model_validate(toml | {"datasets": [{"id": "a"}, {"id": "b"}]})
    ids = [column.id for column in board_columns(protocol)]
    assert ids == ["spotting_f1", "ap", "a.spotting_f1", "b.spotting_f1"]
    assert ranking_column(protocol).id == "spotting_f1"
