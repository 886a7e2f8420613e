"""Conversion from every format to JSON and CSV, and back, loses no row and changes no value."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mebench
from mebench.diagnostics import Findings
from mebench.evaluation.convert import convert
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.formats.external_formats import Role
from mebench.formats.loader import read_predictions, read_truth
from mebench.models.annotation_table import NO_FRAME, AnnotationTable
from tests.evaluation.documents import TOY, TOY_TOML, write

# Names that CSV must quote, or that look like numbers, formulas or comments; no blanks at the ends.
NAMES = st.builds(
    lambda first, text: f"{first}{text}x",
    st.sampled_from(["x", "=", "+", "-", "@", "＝", "'", "'=", "''@", '"', "#", ";", "1"]),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
        | st.sampled_from('",;\n\t=#'),
        max_size=8,
    ),
)
EMOTIONS = st.sampled_from(["negative", "positive", "surprise", " Negative", "SURPRISE"])


@st.composite
def intervals(draw: st.DrawFn, scored: bool) -> dict[str, Any]:
    onset, length, apex = (draw(st.integers(0, 60)), draw(st.integers(0, 30)), draw(st.booleans()))
    row: dict[str, Any] = {"onset": onset, "offset": onset + length, "emotion": draw(EMOTIONS)}
    if apex:
        row["apex"] = onset + draw(st.integers(0, length))
    if draw(st.booleans()):
        row["kind"] = "micro"
    if scored:
        row["score"] = draw(st.floats(-1e6, 1e6))
    return row


def without_doubles(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = ((row["onset"], row["offset"], row["emotion"].strip().casefold()) for row in rows)
    return list(dict(zip(keys, rows, strict=True)).values())


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a submission and a truth over the same videos."""
    scored = draw(st.booleans())
    pairs = st.tuples(st.integers(0, 9), NAMES)
    # The number in front keeps ids apart that would look alike.
    names = draw(st.lists(pairs, min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
    videos, truths = [], []
    for number, name in names:
        named = {"subject": f"{name}{number}", "video": f"{name}{number}"}
        rows = draw(st.lists(intervals(scored), max_size=3))
        videos.append(named | {"intervals": rows})
        true_rows = without_doubles(draw(st.lists(intervals(False), max_size=3)))
        truths.append(named | {"n_frames": 100, "intervals": true_rows})
    return (
        {
            "format": "mebench-submission/1",
            "protocol": "toy@1",
            "system": {"name": "x"},
            "videos": videos,
        },
        {"format": "mebench-truth/1", "dataset": "toy", "videos": truths},
    )


@given(cases())
def test_there_and_back(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before = mebench.score(*case, TOY)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        protocol = str(write(folder, "toy.toml", TOY_TOML))
        roles: tuple[Role, Role] = ("predictions", "truth")
        for step, as_csv in enumerate((True, False, True, False)):
            texts = {}
            for role, document in zip(roles, case, strict=True):
                path = folder / f"{role}-{step - 1}"
                if step == 0:
                    write(folder, path.name, document)
                made = convert(role, path, protocol, ScoringOptions(), Findings(), as_csv=as_csv)
                texts[role] = made.text
                (folder / f"{role}-{step}").write_text(made.text, encoding="utf-8", newline="")
            after = mebench.score(
                folder / f"predictions-{step}", folder / f"truth-{step}", protocol
            )
            assert after.signature == before.signature
            assert after.metrics == before.metrics
        assert json.loads(texts["truth"])["videos"][0]["n_frames"] == 100


class Row(NamedTuple):
    """A row that every format can contain: a subject's video, frames counted from 0, a label."""

    subject: str
    video: str
    onset: int
    offset: int
    kind: str
    label: str


@st.composite
def simple_rows(draw: st.DrawFn) -> list[Row]:
    """Draw at least one row, with at most one of each video: a sample list allows no more."""
    videos = draw(st.lists(st.integers(1, 20), min_size=1, max_size=6, unique=True))
    rows = []
    for number in sorted(videos):
        onset = draw(st.integers(1, 50))
        kind = draw(st.sampled_from(["micro", "macro"]))
        label = draw(st.sampled_from(["negative", "positive", "surprise"]))
        subject = f"{1 + number // 4:03d}"
        offset = onset + draw(st.integers(0, 9))
        rows.append(Row(subject, f"{subject}_{number}", onset, offset, kind, label))
    return rows


def lines(*texts: str) -> str:
    return "".join(f"{text}\n" for text in texts)


def as_vid_csv(prefix: str, rows: list[Row]) -> str:
    cells = (f"{row.video},{row.onset + 1},{row.offset + 1},{row.kind}" for row in rows)
    return lines(f"vid,{prefix}onset,{prefix}offset,type", *cells)


def as_str_csv(rows: list[Row]) -> str:
    cells = (f"{row.subject};{row.video};{row.onset};{row.offset};{row.kind}" for row in rows)
    return lines("subject;video;onset;offset;type", *cells)


def as_spotting_log(rows: list[Row]) -> str:
    frames = ((row, f"{row.onset + 1} {row.offset + 1}") for row in rows)
    return lines("1", *(f"{row.video} {text} {text} TP" for row, text in frames))


def as_submission(rows: list[Row]) -> str:
    return json.dumps(
        {
            "format": "mebench-submission/1",
            "protocol": "megc2020-spot-sammlv@1",
            "system": {"name": "x"},
            "videos": [
                {
                    "subject": row.subject,
                    "video": row.video,
                    "intervals": [{"onset": row.onset, "offset": row.offset, "kind": row.kind}],
                }
                for row in rows
            ],
        }
    )


def as_truth(rows: list[Row]) -> str:
    document = json.loads(as_submission(rows)) | {"format": "mebench-truth/1"}
    return json.dumps({name: document[name] for name in ("format", "videos")})


SPOTTING = {
    "predictions": {
        "JSON": as_submission,
        "STR CSV": as_str_csv,
        "MEGC2022 CSV": lambda rows: as_vid_csv("pred_", rows),
        "MEGC2023 CSV": lambda rows: as_vid_csv("", rows),
        "spotting log": as_spotting_log,
    },
    "truth": {
        "JSON": as_truth,
        "STR CSV": as_str_csv,
        "MEGC2023 CSV": lambda rows: as_vid_csv("", rows),
        "spotting log": as_spotting_log,
    },
}


def content(table: AnnotationTable) -> list[tuple[object, ...]]:
    """Return all rows of a table, sorted; subjects as the SAMM protocol reads them from videos."""
    columns = table.intervals
    rows: list[tuple[object, ...]] = [
        (
            table.videos[video].video,
            int(columns.onset[row]),
            int(columns.offset[row]),
            int(columns.apex[row]) if columns.apex[row] != NO_FRAME else None,
            columns.kind_name(row),
            columns.emotion_name(row),
            None if columns.score is None else float(columns.score[row]),
        )
        for row, video in enumerate(columns.video.tolist())
    ]
    return sorted(rows + [tuple(sample) for sample in table.samples], key=repr)


def read(role: Role, path: Path) -> AnnotationTable:
    findings = Findings()
    if role == "truth":
        return read_truth(path, findings)
    return read_predictions(path, findings).table


SOURCES: list[tuple[Role, str]] = [
    ("predictions", "JSON"),
    *(("predictions", name) for name in SPOTTING["predictions"] if name != "JSON"),
    *(("truth", name) for name in SPOTTING["truth"]),
]


@settings(max_examples=max(10, settings().max_examples // 4))
@pytest.mark.parametrize("as_csv", [False, True])
@pytest.mark.parametrize(("role", "name"), SOURCES)
@given(rows=simple_rows())
def test_every_spotting_format_to_json_and_csv(
    role: Role, name: str, as_csv: bool, rows: list[Row]
) -> None:
    has_kinds = name != "spotting log"
    options = ScoringOptions(kind=None if has_kinds else "micro")
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), "before", SPOTTING[role][name](rows))
        made = convert(role, path, "megc2020-spot-sammlv", options, Findings(), as_csv=as_csv)
        new = write(Path(folder), "after", made.text)
        expected = [
            (row.video, row.onset, row.offset, None, row.kind if has_kinds else "micro", None, None)
            for row in rows
        ]
        table = read(role, new)
        assert content(table) == sorted(expected, key=repr)
        assert {video[1:3] for video in table.videos} == {row[:2] for row in rows}


def as_recognition_csv(rows: list[Row]) -> str:
    cells = (f"samm,{row.subject},{row.video},{row.label}" for row in rows)
    return lines("dataset,subject,sample,emotion", *cells)


CODES = {"negative": 0, "positive": 1, "surprise": 2}


def as_recognition_log(rows: list[Row]) -> str:
    parts = ["# sample predicted truth"]
    for subject in dict.fromkeys(row.subject for row in rows):
        parts.append(f"samm {subject}")
        own = [row for row in rows if row.subject == subject]
        parts += [f"{row.video} {CODES[row.label]} {CODES[row.label]}" for row in own]
    return lines(*parts)


def as_samples(rows: list[Row], kind: str) -> str:
    document = json.loads(as_submission([])) | {"protocol": "megc2019-cde@1"}
    if kind == "truth":
        document = {"format": "mebench-truth/1"}
    named = [{"dataset": "samm", "subject": row.subject, "sample": row.video} for row in rows]
    labels = [{"emotion": row.label} for row in rows]
    pairs = zip(named, labels, strict=True)
    return json.dumps(document | {"videos": [], "samples": [a | b for a, b in pairs]})


RECOGNITION: dict[str, Any] = {
    "JSON": as_samples,
    "recognition CSV": lambda rows, role: as_recognition_csv(rows),
    "recognition log": lambda rows, role: as_recognition_log(rows),
    "sample list": lambda rows, role: lines(
        *(f"samm,{row.subject},{row.video},{CODES[row.label]}" for row in rows)
    ),
}
RECOGNITION_SOURCES: list[tuple[Role, str]] = [
    *(("truth", name) for name in RECOGNITION),
    *(("predictions", name) for name in RECOGNITION if name != "sample list"),
]


@settings(max_examples=max(10, settings().max_examples // 4))
@pytest.mark.parametrize("as_csv", [False, True])
@pytest.mark.parametrize(("role", "name"), RECOGNITION_SOURCES)
@given(rows=simple_rows())
def test_every_recognition_format_to_json_and_csv(
    role: Role, name: str, as_csv: bool, rows: list[Row]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # A log of one line is no log yet: its format is recognized from two lines.
        path = write(Path(folder), "before", RECOGNITION[name](rows, role))
        made = convert(role, path, "megc2019-cde", ScoringOptions(), Findings(), as_csv=as_csv)
        new = write(Path(folder), "after", made.text)
        expected = [("samm", row.subject, row.video, row.label) for row in rows]
        assert content(read(role, new)) == sorted(expected, key=repr)
