"""Tables of other laboratories: columns by mapping and by common names, numbers, kinds, labels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mebench
from mebench.diagnostics import Findings, MebenchError
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.loader import LoadedPredictions, read_predictions, read_truth
from mebench.formats.mapping_file import load_mapping, to_toml
from mebench.models.table_mapping import TableMapping
from tests.cli.running import mebench as run
from tests.evaluation.documents import TOY, TOY_TOML, codes, interval, submission, truth, write
from tests.formats.finding import findings_in, spots

TRUTH = truth(
    {
        "1/a": [interval(11, 20, "positive")],
        "1/b": [],
        "2/a": [interval(30, 40, "surprise"), interval(70, 80)],
    }
)
THEIRS = (
    "sub;clip;start;end;label;conf\n1;a;12;21;Happy;0,93\n1;a;51;60;NEG;0,41\n2;a;31;41;SUR;0,80\n"
)
OURS = (
    "subject,video,onset,offset,emotion,score\n"
    "1,a,11,20,positive,0.93\n1,a,50,59,negative,0.41\n2,a,30,40,surprise,0.8\n"
)


def read(folder: Path, text: str, **mapping: Any) -> tuple[LoadedPredictions, set[str]]:
    """Return what is read, and the codes of all findings."""
    findings = Findings()
    path = write(folder, "table.csv", text)
    loaded = read_predictions(path, findings, mapping=load_mapping(mapping))
    findings.raise_errors()
    return loaded, {one.code for one in findings.kept}


def rows(loaded: LoadedPredictions) -> list[tuple[Any, ...]]:
    """Return subject, video, frames, emotion, kind and score of each interval."""
    table, intervals = loaded.table, loaded.table.intervals
    return [
        (
            *table.videos[intervals.video[row]][1:3],
            *(int(intervals.onset[row]), int(intervals.offset[row])),
            intervals.emotion_name(row),
            intervals.kind_name(row),
            None if intervals.score is None else float(intervals.score[row]),
        )
        for row in range(len(intervals))
    ]


def refusal(folder: Path, text: str, **mapping: Any) -> mebench.Diagnostic:
    """Return the first error of a table."""
    with pytest.raises(MebenchError) as caught:
        read(folder, text, **mapping)
    return next(one for one in caught.value.diagnostics if one.severity == "error")


def test_one_command_from_somebody_s_table_to_a_score(tmp_path: Path) -> None:
    write(tmp_path, "theirs.csv", THEIRS)
    write(tmp_path, "ours.csv", OURS)
    write(tmp_path, "t.json", TRUTH)
    write(tmp_path, "toy.toml", TOY_TOML)
    rules = ("--truth", "t.json", "--protocol", "toy.toml", "--format", "json")
    labels = [f"--label={pair}" for pair in ("happy=positive", "NEG=negative", "SUR=surprise")]
    scored = run(tmp_path, "score", "theirs.csv", *rules, "--first-frame", "1", *labels)
    theirs = json.loads(scored.out)
    ours = json.loads(run(tmp_path, "score", "ours.csv", *rules).out)
    assert theirs["signature"] == ours["signature"]
    assert theirs["metrics"] == ours["metrics"]
    assert theirs["counts"]["analysis"]["tp"] == 2
    write(tmp_path, "report.json", scored.out)
    again = ("verify", "report.json", "--predictions", "theirs.csv", *rules[:4])
    assert run(tmp_path, *again).status == 0


def test_the_remedy_of_labels_works_literally(tmp_path: Path) -> None:
    write(tmp_path, "theirs.csv", THEIRS)
    write(tmp_path, "t.json", TRUTH)
    write(tmp_path, "toy.toml", TOY_TOML)
    rules = ("theirs.csv", "--truth", "t.json", "--protocol", "toy.toml")
    refused = run(tmp_path, "score", *rules)
    assert refused.codes() == {"unknown-emotion"}
    remedy = "--label Happy=positive --label NEG=negative --label SUR=surprise"
    assert f"Pass {remedy}, or use one of" in refused.said
    assert run(tmp_path, "score", *rules, *remedy.split()).status == 0


def test_a_mapping_file_and_the_same_options(tmp_path: Path) -> None:
    text = THEIRS.replace("sub;clip;start;end;label;conf", "who;film;t0;t1;feeling;sure")
    write(tmp_path, "theirs.csv", text)
    write(tmp_path, "t.json", TRUTH)
    write(tmp_path, "toy.toml", TOY_TOML)
    write(
        tmp_path,
        "lab.toml",
        'first_frame = 1\ndecimal = ","\n[columns]\nsubject = "who"\nvideo = "film"\nonset = "t0"\n'
        'offset = 4\nemotion = "feeling"\n[labels]\nHappy = "negative"\nNEG = "negative"\n',
    )
    rules = ("theirs.csv", "--truth", "t.json", "--protocol", "toy.toml", "--format", "json")
    own = ("--mapping", "lab.toml", "--columns", "score=sure", "--label", "happy=positive")
    of_file = json.loads(run(tmp_path, "score", *rules, *own, "--label", "SUR=surprise").out)
    columns = "subject=who,video=film,onset=t0,offset=t1,emotion=feeling,score=sure"
    labels = [f"--label={pair}" for pair in ("Happy=positive", "NEG=negative", "SUR=surprise")]
    options = ("--columns", columns, *labels, "--decimal", ",", "--first-frame", "1")
    of_options = json.loads(run(tmp_path, "score", *rules, *options).out)
    assert of_file["signature"] == of_options["signature"]
    assert of_options["options"]["mapping"]["columns"]["video"] == "film"
    made = run(tmp_path, "convert", "predictions", *rules[:5], *options, "-o", "ours.json")
    assert made.status == 0
    converted = json.loads(run(tmp_path, "score", "ours.json", *rules[1:]).out)
    assert converted["signature"] == of_options["signature"]


@pytest.mark.parametrize(
    "header",
    [
        "sub,clip,start,end,label,conf",
        "Subject ID,Video Name,Start Frame,End Frame,Predicted Emotion,Confidence",
        "subj,filename,begin,stop,pred,prob",
        "subject,vid,onset,offset,emotion,score",
        "participant,file,pred_onset,pred_offset,class,probability",
    ],
)
def test_common_names_of_columns(tmp_path: Path, header: str) -> None:
    loaded, found = read(tmp_path, f"{header}\n1,a,3,9,negative,0.5\n")
    assert rows(loaded) == [("1", "a", 3, 9, "negative", None, 0.5)]
    assert loaded.table.format == "table" and found == {"columns-understood"}


def test_known_columns_count_before_common_names(tmp_path: Path) -> None:
    loaded, found = read(tmp_path, OURS.replace("score", "label").replace("0.93", "x"))
    assert rows(loaded)[0] == ("1", "a", 11, 20, "positive", None, None)
    assert found == {"csv-column-ignored"}
    loaded, _ = read(tmp_path, "vid,onset,offset,type,conf\na,5,9,me,0.5\n")
    assert loaded.table.format == "MEGC2023 CSV" and loaded.table.first_frame == 1
    assert rows(loaded) == [(None, "a", 4, 8, None, "micro", 0.5)]


def test_recognition_under_other_names(tmp_path: Path) -> None:
    text = "data,subject,clip,label\ncasme2,sub01,EP02_01f,positive\n"
    table = read(tmp_path, text)[0].table
    assert table.format == "recognition CSV"
    assert table.samples == [("casme2", "sub01", "EP02_01f", "positive")]


def test_two_columns_that_may_be_one_field(tmp_path: Path) -> None:
    text = "sub,clip,start,end,label,pred\n1,a,3,9,negative,positive\n"
    found = refusal(tmp_path, text)
    assert found.code == "columns-ambiguous" and "--columns emotion=label" in found.remedy
    assert rows(read(tmp_path, text, columns={"emotion": "pred"})[0])[0][4] == "positive"


def test_a_mapped_column_replaces_one_of_the_usual_name(tmp_path: Path) -> None:
    text = OURS.replace(",score", ",guess").replace("0.93", "surprise")
    loaded, found = read(tmp_path, text, columns={"emotion": "Guess"})
    assert rows(loaded)[0][4] == "surprise" and found == set()


def test_the_families_of_the_field(tmp_path: Path) -> None:
    ustc = (
        "subject,video_name,start_frame,apex_frame,end_frame,type_idx,au\n"
        "casme_015,casme_015_0401,557,572,608,1,4\ncasme_015,casme_015_0502,178,190,0,2,12\n"
        "casme_034,casme_034_0401,1763,0,1787,1,14\n"
    )
    findings = Findings()
    table = read_truth(write(tmp_path, "ustc.csv", ustc), findings)
    assert [video[1:3] for video in table.videos] == [
        *(("015", "015_0401"), ("015", "015_0502"), ("034", "034_0401")),
    ]
    columns = table.intervals
    assert columns.onset.tolist() == [556, 177, 1762]
    assert columns.offset.tolist() == [607, 189, 1786]
    assert [columns.kind_name(row) for row in range(3)] == ["macro", "micro", "macro"]
    noted = [one.code for one in findings.kept]
    assert sorted(noted) == ["columns-understood", "frame-replaced", "frame-replaced"]
    mult = "subject,video,type,type_idx,startFrame,endFrame,frame_num,length\n1,a,ME,2,5,9,90,5\n"
    loaded, found = read(tmp_path, mult)
    assert rows(loaded) == [("1", "a", 4, 8, None, "micro", None)]
    assert found == {"columns-understood"}


@pytest.mark.parametrize(
    ("cells", "options", "scores"),
    [
        (["0,93", "0,5"], {}, [0.93, 0.5]),
        (["1,5", "1,234"], {}, [1.5, 1.234]),
        (["1,234", "2,500"], {"decimal": ","}, [1.234, 2.5]),
        (["1,234", "2,500"], {}, None),
        (["0,93", "0.5"], {}, None),
        (["0,93", "1"], {"decimal": "."}, None),
    ],
)
def test_decimal_commas(
    tmp_path: Path, cells: list[str], options: dict[str, str], scores: list[float] | None
) -> None:
    lines = [f"1;a;{row}1;{row}5;negative;{cell}\n" for row, cell in enumerate(cells, start=1)]
    text = OURS.splitlines()[0].replace(",", ";") + "\n" + "".join(lines)
    if scores is None:
        assert refusal(tmp_path, text, **options).code == "not-finite"
        return
    loaded, found = read(tmp_path, text, **options)
    assert [row[-1] for row in rows(loaded)] == scores
    assert found == (set() if options else {"decimal-comma"})


def test_seconds_become_the_nearest_frames(tmp_path: Path) -> None:
    text = "subject,video,start_time,end_time\n1,a,0.145,0.155\n1,a,1,1.5\n"
    assert refusal(tmp_path, text).code == "frame-rate-needed"
    assert refusal(tmp_path, text, fps="fast").code == "frame-rate-needed"
    loaded, found = read(tmp_path, text, fps=100)
    # As doubles, 0.145 * 100 is below 14.5: it would become 14.
    assert [row[2:4] for row in rows(loaded)] == [(15, 16), (100, 150)]
    assert loaded.table.rounded and "frames-rounded" in found
    loaded, _ = read(tmp_path, text, fps=100, first_frame=1)
    assert [row[2:4] for row in rows(loaded)] == [(14, 15), (99, 149)]
    loaded, found = read(tmp_path, text, fps="1000")
    assert not loaded.table.rounded and "frames-rounded" not in found
    loaded, _ = read(tmp_path, text.replace("_time", ""), seconds=True, fps=100)
    assert [row[2:4] for row in rows(loaded)] == [(15, 16), (100, 150)]


def test_the_signature_states_rounded_frames(tmp_path: Path) -> None:
    text = "subject,video,onset,offset,emotion\n1,a,0.11,0.2,positive\n"
    path = write(tmp_path, "p.csv", text)
    rules: Any = {"truth": TRUTH, "protocol": TOY}
    signatures = [
        mebench.score(path, **rules, mapping={"seconds": True, "fps": fps}, clip=clip).signature
        for fps, clip in ((105, False), (105, True), (100, True))
    ]
    parts = ["frames:rounded|", "frames:rounded+clipped|", "frames:clipped|"]
    assert [part in text for part, text in zip(parts, signatures, strict=True)] == [True] * 3


def test_a_table_without_a_header(tmp_path: Path) -> None:
    text = "a;1;3,5;9;x\na;2;10;12;\n"
    columns = {"video": 1, "onset": 3, "offset": 4, "subject": 2}
    assert refusal(tmp_path, text, header=False).code == "columns-needed"
    loaded, found = read(
        tmp_path, text, header=False, columns=columns, seconds=True, fps=2, decimal=","
    )
    assert [row[:4] for row in rows(loaded)] == [("1", "a", 7, 18), ("2", "a", 20, 24)]
    assert found == set()


def test_kinds_of_one_s_own(tmp_path: Path) -> None:
    text = "sub,clip,start,end,what\n1,a,3,9,1\n1,a,13,90,2\n"
    columns = {"kind": "what"}
    found = refusal(tmp_path, text, columns=columns)
    assert found.code == "unknown-kind" and "--kind-value 1=micro" in found.remedy
    kinds = {"1": "micro", "2": "macro"}
    loaded, _ = read(tmp_path, text, columns=columns, kinds=kinds)
    assert [row[5] for row in rows(loaded)] == ["micro", "macro"]


@pytest.mark.parametrize(
    ("text", "expected", "codes_found"),
    [
        ("subject,video,onset,offset\n1.0,7.0,3,9\n2.0,7.0,3,9\n", [("1", "7"), ("2", "7")], 2),
        ("subject,video,onset,offset\n1.0,a,3,9\n2.5,a,3,9\n", [("1.0", "a"), ("2.5", "a")], 0),
        ("sep=;\nsubject;video;onset;offset\n1;a,b;3;9\n", [("1", "a,b")], 0),
        ("subject,video,onset,offset,,\n1,a,3,9,,\n1,a,13,19,, \n", [("1", "a")] * 2, 0),
    ],
)
def test_what_excel_and_pandas_write(
    tmp_path: Path, text: str, expected: list[tuple[str, str]], codes_found: int
) -> None:
    findings = Findings()
    loaded = read_predictions(write(tmp_path, "p.csv", text), findings)
    assert [row[:2] for row in rows(loaded)] == expected
    assert [one.code for one in findings.kept] == ["ids-integral"] * codes_found


def test_lines_count_from_the_first_one_of_the_file(tmp_path: Path) -> None:
    text = "sep=;\nsubject;video;onset;offset;emotion\n1;a;x;9;negative\n"
    assert spots(findings_in(tmp_path, text)) == [("frame-not-integer", 3, 5)]


def test_a_list_of_lengths_is_named(tmp_path: Path) -> None:
    found = refusal(tmp_path, "vid,org_vid,duration\ncasme_15_0101,15_0101disgust,2052\n")
    assert found.code == "wrong-file" and "lengths of videos" in found.message


def test_mappings_with_errors(tmp_path: Path) -> None:
    missing = refusal(tmp_path, OURS, columns={"video": "vidoe"})
    assert missing.code == "mapping-column-missing" and "'video'" in missing.message
    cases = {
        "[columns]\nvidoe = 'clip'\n": "unknown-field",
        "decimal = ';'\n": "wrong-value",
        "columns = \n": "mapping-syntax",
        "[kinds]\n1 = 'tiny'\n": "wrong-value",
    }
    for text, code in cases.items():
        with pytest.raises(mebench.UsageError) as caught:
            load_mapping(write(tmp_path, "lab.toml", text))
        assert codes(caught.value) == [code], text
    with pytest.raises(mebench.UsageError):
        load_mapping(5)  # type: ignore[arg-type]


def test_a_mapping_is_written_as_it_is_read(tmp_path: Path) -> None:
    document = {
        "columns": {"video": 'a "b"', "onset": 3},
        "labels": {"très gai": "positive"},
        "kinds": {"1": "macro"},
        "decimal": ",",
        "seconds": True,
        "fps": "30000/1001",
        "header": False,
        "first_frame": 1,
    }
    mapping = load_mapping(document)
    assert mapping is not None
    assert load_mapping(write(tmp_path, "lab.toml", to_toml(mapping, ["A comment."]))) == mapping


def test_labels_change_only_the_predictions(tmp_path: Path) -> None:
    """In a file of any format; the truth keeps its labels."""
    native = submission({"1/a": [interval(11, 20, "Happy")], "2/a": [interval(30, 40, "x")]})
    labels = {"labels": {"happy ": "positive", "X": "surprise"}}
    mapped = mebench.score(native, TRUTH, TOY, mapping=labels)
    plain = mebench.score(
        submission({"1/a": [interval(11, 20, "positive")], "2/a": [interval(30, 40, "surprise")]}),
        TRUTH,
        TOY,
    )
    assert mapped.signature == plain.signature
    unused = mebench.score(
        native, TRUTH, TOY, mapping={"labels": {**labels["labels"], "y": "positive"}}
    )
    assert [one.code for one in unused.findings] == ["label-unused"]
    with pytest.raises(mebench.UsageError) as caught:
        mebench.score(native, TRUTH, TOY, mapping={"labels": {"x": "surprize"}})
    assert codes(caught.value) == ["unknown-class"] and "surprise" in str(caught.value)


def test_converted_native_files_have_the_mapped_labels(tmp_path: Path) -> None:
    write(tmp_path, "p.json", submission({"1/a": [interval(11, 20, "Happy")]}))
    write(tmp_path, "toy.toml", TOY_TOML)
    rules = ("--protocol", "toy.toml", "--label", "Happy=positive", "-o", "new.json")
    assert run(tmp_path, "convert", "predictions", "p.json", *rules).status == 0
    new = json.loads((tmp_path / "new.json").read_text())
    assert new["videos"][0]["intervals"][0]["emotion"] == "positive"


def test_a_truth_with_a_mapping_of_its_own(tmp_path: Path) -> None:
    text = "who,film,a,b,label\n1,a,12,21,POS\n2,a,31,41,surprise\n2,a,71,81,negative\n"
    mapping = {
        "columns": {"subject": "who", "video": "film", "onset": "a", "offset": "b"},
        "labels": {"POS": "positive"},
        "first_frame": 1,
    }
    path = write(tmp_path, "t.csv", text)
    predictions = submission({"1/a": [interval(11, 20, "positive")]})
    report = mebench.score(predictions, path, TOY, truth_mapping=mapping)
    expected = {"1/a": TRUTH["videos"][0]["intervals"], "2/a": TRUTH["videos"][2]["intervals"]}
    by_hand = mebench.score(predictions, truth(expected, n_frames=None), TOY)
    assert report.signature == by_hand.signature


def test_a_mapping_that_a_file_does_not_need_is_noted() -> None:
    native = submission({"1/a": [interval(11, 20, "positive")]})
    options = ScoringOptions(mapping=TableMapping(decimal=","))
    assert options.mapping is not None
    report = mebench.score(native, TRUTH, TOY, mapping={"decimal": ","})
    assert report.options.mapping == options.mapping
