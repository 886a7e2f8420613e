"""Ids of another source, read under an alias set that the user names; nothing is guessed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import mebench as package
from mebench.datasets.licensed.casme_sq import SUBJECTS
from mebench.diagnostics import Findings
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import read_predictions
from mebench.formats.text_file import TextFile
from mebench.models.protocol import AliasSet, ProtocolDataset, TranslationRule
from mebench.protocols.alias_sets import translate_ids
from mebench.protocols.loader import load_protocol, protocol_digest
from tests.cli.running import mebench
from tests.datasets.licensed.shared import CASME_SQ, SHARED, needs
from tests.evaluation.documents import TOY, interval, submission, truth, write

SHEET_TOML = """
id = "sheets@1"
title = "A toy with a sheet"
task = "spot-then-recognize"
targets = ["micro"]
classes = ["negative", "positive"]

[[datasets]]
id = "toy"
subjects = { prefixes = ["s"], numbers = true }
videos = { patterns = ['(?:s?[0-9]+_)?([a-z]+[0-9])(?:_[0-9]+)?'], names = { joy1 = "0502" } }
subject_in_video = '^s?([0-9]+)_'

[datasets.alias_sets.sheet]
title = "the sheet's numbers"
subjects = { numbers = true, names = { 1 = "s2", 2 = "s3", 3 = "s15" } }
"""

TRUE = truth(
    {
        "s2/joy1": [interval(10, 20, "positive"), interval(50, 60, "positive")],
        "s3/joy1": [interval(30, 40)],
        "s15/fear1": [],
    }
)
HEAD = "subject,video,onset,offset,emotion\n"
OWN = HEAD + "s2,joy1,10,21,positive\ns3,joy1,31,40,negative\ns15,fear1,1,5,negative\n"
NUMBERED = HEAD + "1,joy1,10,21,positive\n2,joy1,31,40,negative\n3,fear1,1,5,negative\n"
SCORED = ("--truth", "t.json", "--protocol", "sheet.toml")
HINT = "If the file has the sheet's numbers, pass --ids sheet. Otherwise use the ids of the truth."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "sheet.toml", SHEET_TOML)
    write(tmp_path, "t.json", TRUE)
    write(tmp_path, "own.csv", OWN)
    write(tmp_path, "numbered.csv", NUMBERED)
    return tmp_path


def report_of(folder: Path, *arguments: str | Path) -> dict[str, Any]:
    run = mebench(folder, "score", *arguments, "--format", "json")
    assert run.status == 0, run.said
    report: dict[str, Any] = json.loads(run.out)
    return report


def test_the_same_number_means_another_subject(folder: Path) -> None:
    """Number 2 of the sheet is s3, though the truth has an s2 with the same video."""
    own = report_of(folder, "own.csv", *SCORED)
    numbered = report_of(folder, "numbered.csv", *SCORED, "--ids", "sheet")
    assert own["counts"]["spotting"] == {"tp": 2, "fp": 1, "fn": 1}
    assert numbered["signature"] == own["signature"]
    assert numbered["metrics"] == own["metrics"]
    assert (own["options"]["ids"], numbered["options"]["ids"]) == (None, "sheet")
    run = mebench(folder, "score", "numbered.csv", *SCORED, "--ids", "sheet")
    assert "predictions numbered.csv as STR CSV, first frame 0, ids sheet; truth t.json" in run.said


def test_without_the_option_the_message_names_it(folder: Path) -> None:
    run = mebench(folder, "score", "numbered.csv", *SCORED)
    assert (run.status, run.codes()) == (1, {"unknown-subject", "unknown-video"})
    assert HINT in run.said
    assert mebench(folder, "score", "numbered.csv", *SCORED, "--ids", "sheet").status == 0


@pytest.mark.parametrize(
    "row",
    [
        "9,joy1",  # not in the sheet
        "1,anger1",  # no such video of s2
        "3,fear2",  # no such video of s15
        "s9,joy1",
    ],
)
def test_no_hint_where_the_sheet_does_not_explain_the_id(folder: Path, row: str) -> None:
    write(folder, "wrong.csv", f"{HEAD}{row},1,9,negative\n")
    run = mebench(folder, "validate", "wrong.csv", *SCORED)
    assert run.codes() <= {"unknown-subject", "unknown-video"}
    assert run.status == 1
    assert "--ids" not in run.said


def test_a_native_file_has_the_ids_of_the_data_set(folder: Path) -> None:
    write(folder, "p.json", submission({"1/joy1": [interval(1, 9)]}) | {"protocol": "sheets@1"})
    run = mebench(folder, "score", "p.json", *SCORED)
    assert run.codes() == {"unknown-subject"}
    assert "--ids" not in run.said, "it would not help"
    write(folder, "p.json", submission({"2/joy1": [interval(10, 20)]}) | {"protocol": "sheets@1"})
    report = report_of(folder, "p.json", *SCORED, "--ids", "sheet", "--truth-ids", "sheet")
    assert (report["options"]["ids"], report["options"]["truth_ids"]) == (None, None)
    codes = [one["code"] for one in report["findings"]]
    assert codes.count("alias-set-ignored") == 2
    assert report["counts"]["spotting"]["tp"] == 1


def test_expression_codes_name_their_video(folder: Path) -> None:
    text = HEAD + "1,joy1_1,10,20,positive\n01,joy1_2,50,60,positive\n1,1_joy1,80,90,negative\n"
    write(folder, "codes.csv", text)
    report = report_of(folder, "codes.csv", *SCORED, "--ids", "sheet")
    assert report["counts"]["spotting"] == {"tp": 2, "fp": 1, "fn": 1}
    assert report["units"]["videos"] == 3
    run = mebench(folder, "score", "codes.csv", *SCORED)
    assert "alias-collision" in run.codes(), "two spellings of a subject, as everywhere"


def test_places_stay_those_of_the_file(folder: Path) -> None:
    text = HEAD + "1,joy1_1,10,20,positive\n1,joy1_2,50,40,positive\n3,fear1,1,2,positive\n"
    write(folder, "wrong.csv", text + "3,anger1,7,9,positive\n")
    run = mebench(folder, "validate", "wrong.csv", *SCORED, "--ids", "sheet")
    assert "wrong.csv:3:13: error [offset-before-onset]" in run.out
    assert "    1/joy1_2\n" in run.out
    assert "wrong.csv:5:3: error [unknown-video] The truth has no video 'anger1' of" in run.out
    assert "    3/anger1\n" in run.out


def test_an_id_that_the_set_does_not_list_is_an_error(folder: Path) -> None:
    """The folder s15 exists, but a file with the sheet's numbers has no subject 15."""
    write(folder, "wrong.csv", HEAD + "1,joy1,1,9,negative\n15,fear1,1,9,negative\n")
    for command in ("score", "validate"):
        run = mebench(folder, command, "wrong.csv", *SCORED, "--ids", "sheet")
        assert (run.status, run.codes()) == (1, {"unknown-subject"})
        assert "wrong.csv:3:1: error" in run.out + run.err
        assert "The alias set 'sheet' of sheets@1 has no subject '15'." in run.said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("score", "own.csv", *SCORED, "--ids", "shet"), "Did you mean 'sheet'? It has sheet."),
        (("validate", "own.csv", *SCORED, "--truth-ids", ""), "has no alias set ''. It has"),
        (("score", "own.csv", "--truth", "t.json", "--protocol", "toy.toml", "--ids", "sheet"), ""),
    ],
)
def test_an_unknown_set_is_a_wrong_command(
    folder: Path, arguments: Iterable[str], words: str
) -> None:
    write(folder, "toy.toml", SHEET_TOML.partition("[datasets.alias_sets.sheet]")[0])
    write(folder, "p.json", submission({"2/joy1": []}) | {"protocol": "sheets@1"})
    run = mebench(folder, *arguments)
    assert (run.status, run.codes()) == (2, {"unknown-alias-set"})
    assert words in run.said


def test_truths_have_an_option_of_their_own(folder: Path) -> None:
    """Predictions with the data set's ids and a truth with the sheet's, and the other way round."""
    true = (
        HEAD + "1,joy1_1,10,20,positive\n1,joy1_2,50,60,positive\n2,joy1_1,30,40,negative\n"
        "3,fear1,,,\n"
    )
    write(folder, "true.csv", true)
    against = ("--truth", "true.csv", "--protocol", "sheet.toml", "--truth-ids", "sheet")
    own = report_of(folder, "own.csv", *against)
    numbered = report_of(folder, "numbered.csv", *against, "--ids", "sheet")
    assert own["signature"] == numbered["signature"]
    assert own["counts"]["spotting"] == {"tp": 2, "fp": 1, "fn": 1}
    assert own["options"]["truth_ids"] == "sheet"
    run = mebench(folder, "validate", "true.csv", "--as", "truth", *against[2:])
    assert run.status == 0
    mebench(folder, "convert", "truth", "true.csv", *against[2:4], "--ids", "sheet", "-o", "n.json")
    native = report_of(folder, "own.csv", "--truth", "n.json", "--protocol", "sheet.toml")
    assert native["signature"] == own["signature"]
    videos = json.loads((folder / "n.json").read_bytes())["videos"]
    assert [(one["subject"], one["video"]) for one in videos] == [
        ("s2", "0502"),
        ("s3", "0502"),
        ("s15", "fear1"),
    ]


@pytest.mark.parametrize("suffix", ["json", "csv"])
@pytest.mark.parametrize("more", [(), ("--truth", "t.json")])
def test_a_converted_file_needs_no_option(folder: Path, suffix: str, more: tuple[str, ...]) -> None:
    new = f"new.{suffix}"
    command = ("convert", "predictions", "numbered.csv", "--protocol", "sheet.toml", *more)
    run = mebench(folder, *command, "--ids", "sheet", "-o", new)
    assert run.status == 0, run.said
    expected = report_of(folder, "own.csv", *SCORED)["signature"]
    assert report_of(folder, new, *SCORED)["signature"] == expected


def test_a_report_is_verified_with_its_alias_set(folder: Path) -> None:
    mebench(
        folder,
        "score",
        "numbered.csv",
        *SCORED,
        "--ids",
        "sheet",
        "-o",
        "r.json",
        "--format",
        "json",
    )
    run = mebench(folder, "verify", "r.json", "--predictions", "numbered.csv", *SCORED)
    assert run.status == 0, run.said
    assert "options: taken from the report (ids)" in run.said


def test_files_that_name_only_videos(folder: Path) -> None:
    text = "vid,onset,offset,type\n1_joy1,11,22,me\n2_joy1,32,41,me\n"
    write(folder, "vids.csv", text)
    toml = SHEET_TOML.replace("spot-then-recognize", "spot").replace("classes", "# classes")
    write(folder, "spot.toml", toml)
    rules = ("--truth", "t.json", "--protocol", "spot.toml")
    assert report_of(folder, "vids.csv", *rules, "--ids", "sheet")["counts"]["spotting"]["tp"] == 2
    run = mebench(folder, "score", "vids.csv", *rules)
    assert (run.codes(), HINT in run.said) == ({"unknown-video"}, True)
    write(folder, "vids.csv", text + "15_fear1,1,9,me\n")
    run = mebench(folder, "score", "vids.csv", *rules, "--ids", "sheet")
    assert run.codes() == {"unknown-subject"}


def test_a_log_has_one_kind_of_ids_for_both(tmp_path: Path) -> None:
    write(tmp_path, "log.txt", "2\n1_anger1 101 113 101 113 TP\n15_happy1 - - 51 62 FP\n")
    rules = ("--protocol", "megc2020-spot-casme-sq@1", "--kind", "micro", "--by", "video")
    report = report_of(tmp_path, "log.txt", *rules, "--ids", "sheet")
    videos = [(one["subject"], one["video"]) for one in report["parts"]]
    assert videos == [("s15", "0401"), ("s32", "0502")]
    assert report["counts"]["spotting"] == {"tp": 1, "fp": 1, "fn": 0}


def test_a_set_applies_to_the_data_sets_that_declare_it() -> None:
    names = {"1": "2", "2": "1"}
    sheet = AliasSet(title="its numbers", subjects=TranslationRule(names=names))
    codes = AliasSet(title="its codes", videos=TranslationRule(names={"x": "a", "a": "b"}))
    protocol = package.Protocol(
        id="pair@1",
        title="Two data sets, recognition",
        task="recognize",
        classes=["negative", "positive"],
        datasets=[
            ProtocolDataset(id="one", alias_sets={"sheet": sheet, "codes": codes}),
            ProtocolDataset(id="two"),
        ],
    )

    text = "dataset,subject,sample,emotion\none,1,a,positive\ntwo,1,a,negative\n"

    def translated(name: str) -> list[tuple[Any, ...]]:
        table = read_predictions(TextFile("p.csv", text), Findings()).table
        translate_ids(table, protocol, name, Findings())
        return [row[:3] for row in table.samples]

    assert translated("sheet") == [("one", "2", "a"), ("two", "1", "a")]
    assert translated("codes") == [("one", "1", "b"), ("two", "1", "a")]


IDS = ["1", "2", "3", "4", "5"]


@given(st.permutations(IDS), st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from("ab"))))
def test_any_renumbering_is_undone(
    tmp_path_factory: pytest.TempPathFactory, others: list[str], rows: list[tuple[str, str]]
) -> None:
    """A file whose subjects were renumbered has the same report, under the inverse numbering."""
    folder = tmp_path_factory.getbasetemp()
    number_of = dict(zip(IDS, others, strict=True))
    inverse = {number: subject for subject, number in number_of.items()}
    sheet = AliasSet(title="others", subjects=TranslationRule(names=inverse, numbers=True))
    [dataset] = TOY.datasets
    protocol = TOY.model_copy(
        update={"datasets": [dataset.model_copy(update={"alias_sets": {"sheet": sheet}})]}
    )
    true = truth({f"{one}/{video}": [interval(10, 20)] for one in IDS for video in "ab"})
    reports = []
    for file, ids, numbers in (
        ("own", None, dict(zip(IDS, IDS, strict=True))),
        ("new", "sheet", number_of),
    ):
        lines = [
            f"{numbers[subject]},{video},{10 + row},20,negative\n"
            for row, (subject, video) in enumerate(rows[:10])
        ]
        path = write(folder, f"{file}.csv", HEAD + "".join(lines))
        reports.append(score_with_options(path, true, protocol, ScoringOptions(ids=ids)))
    own, renumbered = reports
    assert renumbered.signature == own.signature
    assert renumbered.metrics == own.metrics


@pytest.mark.parametrize("names", [{"01": "s1"}, {"p7": "s1", "1": "s2"}])
def test_a_name_that_other_rules_change_is_refused(names: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="which other rules change to"):
        TranslationRule(names=names, numbers=True, prefixes=["p"])
    with pytest.raises(ValidationError, match="which other rules change to"):
        TranslationRule(names={"a_1": "x"}, patterns=["([a-z])_[0-9]"])


def test_alias_sets_are_rules_and_their_titles_are_not() -> None:
    def digest(**sheet: Any) -> str:
        [dataset] = TOY.datasets
        sets = {"sheet": AliasSet(**sheet)} if sheet else {}
        changed = dataset.model_copy(update={"alias_sets": sets})
        return protocol_digest(TOY.model_copy(update={"datasets": [changed]}))

    names = {"names": {"1": "2"}}
    assert digest() == protocol_digest(TOY)
    assert digest(title="a", subjects=names) == digest(title="b", subjects=names)
    different = {digest(), digest(title="a"), digest(title="a", subjects=names)}
    assert len(different) == 3


@pytest.mark.parametrize("name", ["casme-sq-str@1", "megc2020-spot-casme-sq@1"])
def test_the_sheet_of_casme_sq(name: str, tmp_path: Path) -> None:
    [dataset] = load_protocol(name).datasets
    sheet = dataset.alias_sets["sheet"].subjects
    expected = {str(number): f"s{folder}" for number, folder in enumerate(SUBJECTS, 1)}
    assert sheet.names == expected
    assert (sheet.translate("15"), sheet.translate("01"), sheet.translate("22")) == (
        "s32",
        "s15",
        "s40",
    )
    assert all(sheet.translate(text) is None for text in ("0", "23", "s15", "1.0"))
    shown = mebench(tmp_path, "protocols", "show", name).out
    assert "--ids sheet  the sheet's numbers, subjects: 1 = s15, 2 = s16, 3 = s19" in shown


LENGTHS = SHARED / "lists" / "cas_duration.csv"
SUBMITTED = SHARED / "submissions" / "megc2024-str" / "cas_pred.csv"


def casme_sq_truth() -> tuple[dict[str, Any], dict[str, str]]:
    """Return the truth of the real sheet, named like the folders, and the map in its second tab."""
    rows, subjects, codes = (
        [[str(cell) for cell in row] for row in tab.iter_rows(values_only=True)]
        for tab in openpyxl.load_workbook(CASME_SQ, data_only=True).worksheets
    )
    folder_of = {number: folder for _, folder, number in subjects}
    number_of = {code: number.zfill(4) for number, code in codes}
    videos: dict[tuple[str, ...], dict[str, Any]] = {}
    for _, name, length in list(csv.reader(io.StringIO(LENGTHS.read_text())))[1:]:
        subject, rest = name.split("_")
        row = {"subject": f"s{subject}", "video": name, "n_frames": int(length), "intervals": []}
        videos[f"s{subject}", rest[:4]] = row
    for subject, code, onset, apex, offset, _, emotion, kind, *_ in rows:
        end = apex if offset == "0" else offset
        expression = interval(int(onset) - 1, int(end) - 1, emotion, kind=kind.partition("-")[0])
        video = videos[folder_of[subject], number_of[code.partition("_")[0]]]
        video["intervals"].append(expression)
    document = {"format": "mebench-truth/1", "dataset": "casme-sq", "videos": [*videos.values()]}
    return document, folder_of


@needs(CASME_SQ, LENGTHS, SUBMITTED)
def test_a_real_submission_with_the_sheet_s_numbers(tmp_path: Path) -> None:
    """Its columns are subject, video, onset, offset, emotion; rows such as 5,anger1,482,504."""
    true, folder_of = casme_sq_truth()
    write(tmp_path, "t.json", true)
    rules = ("--truth", "t.json", "--protocol", "casme-sq-str@1", "--first-frame", "1")
    run = mebench(tmp_path, "score", SUBMITTED, *rules)
    assert run.status == 1
    assert HINT in run.said
    report = report_of(tmp_path, SUBMITTED, *rules, "--ids", "sheet")
    rows = list(csv.reader(io.StringIO(SUBMITTED.read_text())))
    renamed = [",".join((folder_of.get(row[0], row[0]), *row[1:])) for row in rows]
    write(tmp_path, "renamed.csv", "\n".join(renamed))
    by_hand = report_of(tmp_path, "renamed.csv", *rules)
    assert report["signature"] == by_hand["signature"]
    assert "counts:differ" not in report["signature"], "the truth is complete"
    assert report["counts"] == by_hand["counts"]
    assert report["counts"]["spotting"]["tp"] == 11
