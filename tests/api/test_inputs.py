"""Data frames, records and dicts score as files do, and what is wrong in them is named."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import mebench
from mebench.diagnostics import Findings
from mebench.formats.intervals_by_video import read_plain_intervals
from mebench.formats.loader import read_predictions
from tests.evaluation.documents import TOY, interval, submission, truth

ROWS = {
    "1/a": [interval(10, 20, score=0.5), interval(40, 52, "surprise", score=0.25)],
    "1/b": [],
    "2/a": [interval(30, 41, "positive", score=0.75)],
}
TRUTH = truth({"1/a": [interval(10, 20)], "1/b": [], "2/a": [interval(30, 40, "positive")]})


def records(rows: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return one record per interval, and one for each video without any."""
    found = []
    for name, intervals in rows.items():
        ids = dict(zip(("subject", "video"), name.split("/"), strict=True))
        found += [ids | one for one in intervals or [{"onset": None, "offset": None}]]
    return found


def tuples(rows: dict[str, list[Any]]) -> dict[Any, Any]:
    """Return a dict from videos to tuples."""
    return {
        tuple(name.split("/")): [
            (one["onset"], one["offset"], one["score"], one["emotion"]) for one in intervals
        ]
        for name, intervals in rows.items()
    }


FRAME = pd.DataFrame(records(ROWS))
FORMS = {
    "records": records(ROWS),
    "tuple of records": tuple(records(ROWS)),
    "data frame": FRAME,
    "numbered ids": FRAME.astype({"subject": int}),
    "nullable integers": FRAME.astype({"onset": "Int64", "offset": "Int64"}),
    "ids in the index": FRAME.set_index(["subject", "video"]),
    "any order of columns": FRAME[FRAME.columns[::-1]],
    "tuples by video": tuples(ROWS),
    "records by video": ROWS,
    "tuples by name": {"/".join(name): rows for name, rows in tuples(ROWS).items()},
    "numpy values": [
        {name: np.array([value])[0] for name, value in row.items() if value is not None}
        | {name: None for name, value in row.items() if value is None}
        for row in records(ROWS)
    ],
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_scores_as_the_submission(form: str) -> None:
    expected = mebench.score(submission(ROWS), TRUTH, TOY)
    report = mebench.score(FORMS[form], TRUTH, TOY)
    assert report.signature == expected.signature
    assert report.metrics == expected.metrics
    assert report.inputs[0].file is None


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_a_truth(form: str) -> None:
    true = FORMS[form]
    bare = {
        name: [{key: cell for key, cell in one.items() if key != "score"} for one in rows]
        for name, rows in ROWS.items()
    }
    expected = mebench.score(submission(ROWS), truth(bare, n_frames=None), TOY)
    report = mebench.score(submission(ROWS), true, TOY)
    assert report.signature == expected.signature
    # A truth with scores may be a swap, in memory as in a file.
    assert "truth-like-predictions" in {finding.code for finding in report.findings}


PLAIN_IDS = st.sampled_from(["1", "sub01", "a b", "é"])
IDS = st.one_of(PLAIN_IDS, st.sampled_from([" a", "1.0", "=x", "", "'q"]))
FRAMES = st.one_of(st.integers(-3, 90), st.sampled_from([1.0, 2.5, 2**60]))
VALUES = st.one_of(st.floats(), st.integers(0, 1), IDS, st.none())
PLAIN_FRAMES = st.integers(-3, 90), st.integers(-3, 90)
UNUSUAL = st.tuples(FRAMES, FRAMES, VALUES, VALUES) | st.tuples(FRAMES, FRAMES)
INTERVALS = [
    (IDS, UNUSUAL),
    (PLAIN_IDS, st.tuples(*PLAIN_FRAMES)),
    (PLAIN_IDS, st.tuples(*PLAIN_FRAMES, st.floats(0, 1), PLAIN_IDS)),
    (PLAIN_IDS, st.tuples(*PLAIN_FRAMES, PLAIN_IDS)),
]


@given(
    st.one_of(
        [
            st.dictionaries(st.tuples(ids, ids), st.lists(intervals, max_size=3), max_size=4)
            for ids, intervals in INTERVALS
        ]
    ),
    st.sampled_from([None, 0, 1]),
)
@example({("1", "1"): [(0, 2**80)]}, 0)
@example({("1", "1"): [(-(2**63), 2)]}, 0)
def test_plain_tuples_are_read_as_records_are(rows: dict[Any, Any], first: Any) -> None:
    """The short way and the long way give the same tables, places and findings."""
    if not rows:
        return
    quick = read_plain_intervals(rows, first or 0)
    if quick is None:
        return
    findings = Findings()
    # A list in place of a tuple takes the long way.
    slow = read_predictions(
        {ids: [list(one) for one in of] for ids, of in rows.items()}, findings, first_frame=first
    ).table
    assert not findings.kept
    assert quick.videos == slow.videos and quick.intervals.labels == slow.intervals.labels
    for name in ("video", "onset", "offset", "apex", "kind", "emotion", "score"):
        one, other = (
            np.array(getattr(table.intervals, name), np.float64) for table in (quick, slow)
        )
        assert np.array_equal(one, other, equal_nan=True)
    for row in range(len(quick.intervals)):
        places = [table.places.interval(row, "onset") for table in (quick, slow)]
        assert places[0] == places[1]
    assert [quick.places.video(row) for row in range(len(quick.videos))] == [
        slow.places.video(row) for row in range(len(slow.videos))
    ]
    assert (quick.first_frame, quick.foreign, quick.format) == (
        slow.first_frame,
        slow.foreign,
        slow.format,
    )


def test_an_array_by_video() -> None:
    rows: dict[Any, Any] = {
        ("1", "a"): np.array([[10, 20], [40, 52]]),
        ("1", "b"): np.empty((0, 2)),
    }
    spots = TOY.model_copy(update={"task": "spot", "classes": [], "id": "toyspot@1"})
    assert mebench.score(rows, TRUTH, spots).counts.spotting.tp == 1  # type: ignore[union-attr]
    scored = mebench.score({("1", "a"): np.array([[10.0, 20.0, 0.5]])}, TRUTH, spots)
    assert scored["ap"].value is not None
    assert mebench.score({("1", "a"): (10, 20)}, TRUTH, spots).units.predictions == 1


def test_videos_without_subject_are_found_by_their_name() -> None:
    unique = truth({"1/a": [interval(10, 20)], "2/b": []})
    report = mebench.score({"a": [(10, 20, "negative")]}, unique, TOY)
    assert report["spotting_f1"].value == 1


def test_samples_by_name() -> None:
    protocol = TOY.model_copy(update={"task": "recognize", "targets": [], "id": "toyrecog@1"})
    labels = {("1", "a"): "negative", ("2", "b"): "positive"}
    report = mebench.score(
        labels,
        pd.DataFrame(
            [(*key, label) for key, label in labels.items()],
            columns=["subject", "sample", "emotion"],
        ),
        protocol,
    )
    assert report["accuracy"].value == 1


@given(st.permutations(range(4)), st.booleans())
def test_the_order_of_rows_changes_nothing(order: list[int], shuffled: bool) -> None:
    rows = FRAME.iloc[order] if shuffled else FRAME.iloc[order].reset_index(drop=True)
    assert mebench.score(rows, TRUTH, TOY).metrics == mebench.score(FRAME, TRUTH, TOY).metrics


def test_the_options_of_a_table(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"sub": ["1", "2"], "clip": "a", "s": [0.11, 0.31], "e": [0.21, 0.42], "l": ["NEG", "pos"]}
    )
    options: Any = {
        "columns": {"onset": "s", "offset": "e", "emotion": "l", "subject": "sub", "video": "clip"},
        "labels": {"NEG": "negative", "pos": "positive"},
        "seconds": True,
        "fps": 100,
        "first_frame": 1,
    }
    report = mebench.score(frame, TRUTH, TOY, **options)
    frame.to_csv(tmp_path / "p.csv", index=False)
    assert report.signature == mebench.score(tmp_path / "p.csv", TRUTH, TOY, **options).signature
    assert report.counts.spotting.tp == 2  # type: ignore[union-attr]
    assert report.options.mapping is not None and report.options.mapping.fps == 100


GOOD: dict[str, list[Any]] = {
    "subject": ["1", "2"],
    "video": ["a", "a"],
    "onset": [10, 30],
    "offset": [20, 41],
    "emotion": ["negative", "positive"],
    "score": [0.5, 0.4],
}
WRONG: dict[str, tuple[dict[str, list[Any]], str, str]] = {
    "text": ({"onset": ["x", 30]}, "frame-not-integer", "row 0, column 'onset'"),
    "fraction": ({"offset": [20, 41.5]}, "frame-not-integer", "row 1, column 'offset'"),
    "boolean": ({"onset": [True, 30]}, "frame-not-integer", "row 0, column 'onset'"),
    "date": ({"offset": [20, pd.Timestamp(2020, 1, 1)]}, "frame-not-integer", "row 1, column"),
    "infinite": ({"score": [0.5, float("inf")]}, "not-finite", "row 1, column 'score'"),
    "a list": (
        {"emotion": ["negative", ["positive"]]},
        "unknown-emotion",
        "row 1, column 'emotion'",
    ),
    "half": ({"onset": [10, None]}, "frame-missing", "row 1, column 'onset'"),
    "id": ({"subject": ["1", "9"]}, "unknown-subject", "row 1, column 'subject'"),
    "order": ({"offset": [20, 3]}, "offset-before-onset", "row 1, column 'offset'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_by_row_and_column(name: str) -> None:
    columns, code, place = WRONG[name]
    frame = pd.DataFrame(
        {key: pd.Series(cells, dtype=object) for key, cells in {**GOOD, **columns}.items()}
    )
    with pytest.raises(mebench.MebenchError) as raised:
        mebench.score(frame, TRUTH, TOY)
    [finding] = [one for one in raised.value.diagnostics if one.severity == "error"]
    assert finding.code == code
    assert finding.place.file is None and finding.place.line is None
    assert str(finding.place).startswith(f"<memory> {place}")
    assert place in str(raised.value)


def test_rows_are_named_by_the_index_of_the_frame() -> None:
    frame = pd.DataFrame({**GOOD, "onset": ["x", "y"]}, index=["first", "second"])
    checked = mebench.validate(frame, TRUTH, TOY)
    assert [one.place.pointer for one in checked.errors] == [
        "row 'first', column 'onset'",
        "row 'second', column 'onset'",
    ]
    assert not checked and "2 errors" in repr(checked)
    assert list(checked.to_frame()["code"]) == ["frame-not-integer"] * 2


REFUSED: dict[str, tuple[Any, str]] = {
    "a number": (3, "wrong-argument"),
    "a list of paths": (["a.csv"], "wrong-argument"),
    "a list of lists": ([[1, 2]], "wrong-argument"),
    "no interval": ({"1/a": [(1, 2, 3, 4)]}, "wrong-argument"),
    "one frame": ({"1/a": [(1,)]}, "wrong-argument"),
    "a set": ({"1/a": [{1, 2}]}, "wrong-argument"),
    "a wrong key": ({3.5: [(1, 2)]}, "wrong-argument"),
    "a long key": ({"a/b/c/d": [(1, 2)]}, "wrong-argument"),
    "other columns": (pd.DataFrame({"x": [1], "y": [2]}), "unknown-format"),
    "a column twice": (
        pd.DataFrame([[1, 2, 3, 4]], columns=["subject", "video", "onset", "onset"]),
        "csv-duplicate-column",
    ),
    "no id": (pd.DataFrame({**GOOD, "subject": ["1", None]}), "value-empty"),
    "an empty dict": ({}, "missing-field"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_prediction_is_refused(name: str) -> None:
    given_data, code = REFUSED[name]
    for call in (mebench.score, mebench.diagnose):
        with pytest.raises(mebench.MebenchError) as raised:
            call(given_data, TRUTH, TOY)
        assert code in {one.code for one in raised.value.diagnostics}
        assert all(one.place.file is None for one in raised.value.diagnostics)


def test_an_empty_frame_predicts_nothing() -> None:
    empty = pd.DataFrame(columns=["subject", "video", "onset", "offset", "emotion"])
    assert mebench.score(empty, TRUTH, TOY)["spotting_f1"].value == 0
    assert mebench.score([], TRUTH, TOY)["spotting_f1"].value == 0


def test_unknown_options_are_refused_with_a_suggestion() -> None:
    calls: list[Any] = [mebench.score, mebench.diagnose, mebench.validate, mebench.compare]
    for call in [*calls, lambda _, *given, **more: mebench.Scorer(*given, **more)]:
        with pytest.raises(mebench.UsageError, match="Did you mean 'first_frame'"):
            call(TRUTH, TRUTH, TOY, frist_frame=1)


def test_a_polars_frame_scores_as_one_of_pandas() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.DataFrame(records(ROWS))
    expected = mebench.score(FRAME, TRUTH, TOY).signature
    assert mebench.score(frame, TRUTH, TOY).signature == expected


HOSTILE = ["a\nb", "a,b", 'a"b', "=1+1", "'x", " a ", "é", "a\x00b", "a\x1b[31m"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_ids_in_memory(name: str) -> None:
    """No id ends in a traceback, and no control character reaches a message as it is."""
    frame = pd.DataFrame({**GOOD, "video": [name, name]})
    checked = mebench.validate(frame, TRUTH, TOY)
    assert bool(checked) == (name.strip() == "a")
    assert "\x1b" not in str(checked)
    for finding, column in itertools.product(checked.errors, ["video"]):
        assert column in (finding.place.pointer or column)
