"""The folder of an organizer and the Codabench bundle: what is in them, and what must not be."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mebench.evaluation.challenge_files import blind
from mebench.leaderboard.board_rows import board_columns
from mebench.protocols.loader import load_protocol
from mebench.util.yaml_text import to_yaml
from tests.challenge.codabench import read_bundle
from tests.cli.running import Run, mebench
from tests.evaluation.documents import TOY_TOML, interval, truth, write

DATES = ("--start", "2026-06-01", "--end", "2026-06-30T23:59:00-12:00")
SECRET = "4711"
"""The digits of every onset and offset of the truth, and of nothing else."""


def secret_truth() -> dict[str, Any]:
    """Return a truth with expressions, samples, events and comments that show their frames."""
    rows = {f"{subject}/a": [interval(4711, 47118, "positive")] for subject in "123"}
    document = truth(rows | {"1/b": []})
    document["$comment"] = "An expression begins at 4711."
    for video in document["videos"]:
        video |= {"n_frames": 60000, "$comment": "4711"}
        video["events"] = [{"onset": 4711, "offset": 47115, "label": "eye blink"}]
    frames = {"onset": 4711, "apex": 4711, "offset": 47118}
    document["samples"] = [{"subject": "1", "sample": "x", **frames, "emotion": "positive"}]
    return document


def init(folder: Path, *options: str, name: str = "made") -> Run:
    return mebench(folder, "challenge", "init", name, *DATES, *options)


def with_image(folder: Path) -> None:
    path = folder / "challenge.toml"
    path.write_text(path.read_text().replace("# docker_image", "docker_image"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write and pack a challenge; nobody changes it."""
    home = tmp_path_factory.mktemp("challenge")
    write(home, "toy.toml", TOY_TOML)
    write(home, "t.json", secret_truth())
    words = ("--title", 'A "challenge" of <faces> | é', "--contact", "me@example.org")
    run = init(home, "--protocol", "toy.toml", "--truth", "t.json", *words)
    assert run.status == 0, run.said
    folder = home / "made"
    refused = mebench(home, "challenge", "pack", "made")
    assert refused.codes() == {"challenge-image"}
    assert not (folder / "secret" / "codabench.zip").exists()
    with_image(folder)
    assert mebench(home, "challenge", "pack", "made").status == 0
    return folder


def contents(files: Iterator[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield names and contents of files, and of those in archives."""
    for path in files:
        yield path.name, path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    yield f"{path.name}/{name}", packed.read(name)


def test_the_truth_is_in_the_reference_data_only(made: Path, tmp_path: Path) -> None:
    bundle = (made / "secret" / "codabench.zip").read_bytes()
    read_bundle(bundle, tmp_path)
    unpacked = [path for path in tmp_path.rglob("*") if path.name != "reference_data.zip"]
    folder = [path for path in made.rglob("*") if path.is_file() and path.parent.name != "secret"]
    assert {path.name for path in unpacked} >= {"starting_kit.zip", "scoring_program.zip"}
    seen = dict(contents(iter([*unpacked, *folder])))
    assert {"starting_kit.zip/truth-blind.json", "rules.md", "board.toml"} <= set(seen)
    assert [name for name, content in seen.items() if SECRET.encode() in content] == []
    blinded = json.loads(seen["truth-blind.json"])
    assert "samples" not in blinded and "events" not in blinded["videos"][0]
    kit = {name.partition("/")[2] for name in seen if name.startswith("starting_kit.zip/")}
    assert kit == {"template.json", "truth-blind.json", "protocol.toml", "rules.md"}
    # The test can fail: the reference data has it.
    reference = dict(contents(iter([tmp_path / "reference_data.zip"])))
    assert SECRET.encode() in reference["reference_data.zip/truth.json"]
    assert (made / ".gitignore").read_text() == "/secret/\n"


def test_which_videos_are_in_scope_is_a_secret(tmp_path: Path) -> None:
    """Where only videos with expressions are scored, the template still lists all."""
    write(tmp_path, "toy.toml", f'video_scope = "with-target"\n{TOY_TOML}')
    write(tmp_path, "t.json", secret_truth())
    assert init(tmp_path, "--protocol", "toy.toml", "--truth", "t.json").status == 0
    template = json.loads((tmp_path / "made" / "public" / "template.json").read_text())
    assert [(row["subject"], row["video"]) for row in template["videos"]] == [
        ("1", "a"),
        ("2", "a"),
        ("3", "a"),
        ("1", "b"),
    ]


def test_the_bundle_is_what_codabench_accepts(made: Path, tmp_path: Path) -> None:
    competition = read_bundle((made / "secret" / "codabench.zip").read_bytes(), tmp_path)
    assert competition["title"] == 'A "challenge" of <faces> | é'
    assert competition["contact_email"] == "me@example.org"
    assert competition["enable_detailed_results"] is True
    [phase] = competition["phases"]
    assert (phase["start"], phase["end"]) == ("2026-06-01 00:00:00", "2026-07-01 11:59:00")
    [board] = competition["leaderboards"]
    keys = [column["key"] for column in board["columns"]]
    protocol = load_protocol(made / "protocol.toml")
    assert set(keys) == {column.id for column in board_columns(protocol)}
    assert keys[0] == "strs", "Codabench ranks by the first column"
    rules = (tmp_path / "rules.md").read_text(encoding="utf-8")
    assert rules.startswith('# A "challenge" of \\<faces\\> \\| é: rules')
    assert "| Challenge | 2026-06-01 00:00:00 | 2026-07-01 11:59:00 |" in rules
    assert "|rules:" in rules and "negative, positive, surprise" in rules


def test_packing_again_writes_the_same_bytes(made: Path) -> None:
    path = made / "secret" / "codabench.zip"
    before = path.read_bytes(), (made / "public" / "rules.md").read_bytes()
    assert mebench(made, "challenge", "pack", ".", "-o", "../again.zip").status == 0
    assert (made.parent / "again.zip").read_bytes() == before[0]
    assert (made / "public" / "rules.md").read_bytes() == before[1]
    with zipfile.ZipFile(io.BytesIO(before[0])) as packed:
        assert packed.namelist() == sorted(packed.namelist())


def test_the_board_has_protocol_and_deadline(made: Path) -> None:
    listed = mebench(made, "leaderboard", "list", "--boards", "boards")
    assert listed.status == 0, listed.said
    assert "toy@1" in listed.said and "2026-06-30T23:59:00-12:00" in listed.said
    valid = mebench(
        made,
        "validate",
        "public/template.json",
        *("--protocol", "public/protocol.toml"),
        *("--truth", "public/truth-blind.json"),
    )
    assert valid.status == 0, valid.said


CHANGES = {
    "challenge-dates": [
        ("end = ", 'end = "2026-05-01" #'),
        ("[[phases]]", '[[phases]]\nname = "x"\nstart = 2026-01-01\nend = 2026-06-01\n[[phases]]'),
    ],
    "bad-date": [("end = ", 'end = "June" #')],
    "unknown-field": [("title = ", 'titel = "x"\ntitle = ')],
    "missing-field": [("title = ", "# ")],
    "board-settings-syntax": [("title = ", "title ")],
}


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [(code, old, new) for code, changes in CHANGES.items() for old, new in changes],
)
def test_mistakes_in_the_settings(
    made: Path, tmp_path: Path, code: str, old: str, new: str
) -> None:
    (tmp_path / "challenge.toml").write_text(
        (made / "challenge.toml").read_text().replace(old, new, 1)
    )
    run = mebench(tmp_path, "challenge", "pack", ".")
    assert run.status == 2
    assert run.codes() == {code}, run.said


def test_nothing_is_written_that_could_not_be_scored(tmp_path: Path) -> None:
    write(tmp_path, "toy.toml", TOY_TOML)
    document = secret_truth()
    write(tmp_path, "t.json", document)
    write(tmp_path, "blind.json", blind(tmp_path / "t.json").to_json())
    for video in document["videos"]:
        video["intervals"] = []
    write(tmp_path, "none.json", document)
    toy = ("--protocol", "toy.toml", "--truth")
    assert init(tmp_path, *toy, "blind.json").codes() == {"truth-blind"}
    assert init(tmp_path, *toy, "none.json").codes() == {"truth-empty"}
    assert init(tmp_path, *toy, "t.json", "--end", "2026").codes() == {"bad-date"}
    assert init(tmp_path, *toy, "t.json", "--contact", "nobody").status == 2
    assert init(tmp_path, "--protocol", "casme2-str").codes() == {"truth-needed"}
    counted = init(tmp_path, "--protocol", "smic-vis-str", "--truth", "t.json")
    assert counted.status == 1
    assert not (tmp_path / "made").exists()
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "x").touch()
    assert init(tmp_path, *toy, "t.json").codes() == {"folder-occupied"}
    assert mebench(tmp_path, "challenge", "pack", "made").codes() == {"not-a-challenge"}


@pytest.mark.parametrize("name", ["megc2019-cde", "casme-sq-str", "casme3-str", "smic-hs-str"])
def test_rules_of_other_tasks(name: str, made: Path) -> None:
    from mebench.challenge.rules_text import rules_text
    from mebench.challenge.settings import read_challenge

    protocol = load_protocol(name)
    text = rules_text(read_challenge(made), protocol)
    for column in board_columns(protocol):
        assert re.search(rf"\| {re.escape(column.id.replace('_', chr(92) + '_'))} ", text)
    [header, row] = re.findall(r"```text\n(\S+)\n(\S+)\n```", text)[0]
    assert len(header.split(",")) == len(row.split(","))


def test_yaml_is_read_as_it_was_meant() -> None:
    from importlib import import_module

    document = {
        "text": 'a: "b" # \\ \x7f\x85\u2028 é 😀\n\t- yes',
        "empty": {"list": [], "text": "", "nothing": None},
        "list": [{"flag": True, "inner": [1, 2.5]}, "2026-06-30", ["x", ["y"]]],
    }
    assert import_module("yaml").safe_load(to_yaml(document)) == document
