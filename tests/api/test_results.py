"""What results offer: metrics by name, frames, pictures, HTML; and arrays of classes."""

from __future__ import annotations

import json
import math
import pickle
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score, recall_score

import mebench
from mebench.api import frames, keywords
from mebench.cli import options as command_line
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.models.table_mapping import TableMapping

DEMO = Path(mebench.__file__).parent / "demo"
FILES = (DEMO / "predictions.json", DEMO / "truth.json", DEMO / "protocol.toml")


@pytest.fixture(scope="module")
def report() -> mebench.Report:
    return mebench.score(*FILES, by="subject")


def test_metrics_by_name(report: mebench.Report) -> None:
    assert float(report["strs"]) == report.metrics["strs"].value
    assert report["micro", "ap"] == report.groups["micro"]["ap"]
    nothing = mebench.score({("p1", "clip1"): [(91, 98, "positive")]}, *FILES[1:])
    assert math.isnan(float(nothing["ap"])) and str(nothing["ap"]).startswith("undefined (")
    with pytest.raises(KeyError, match="Did you mean 'strs'"):
        report["srts"]
    with pytest.raises(KeyError, match="no group 'macros'"):
        report["macros", "ap"]
    low, high = report["strs"].ci95.low, report["strs"].ci95.high  # type: ignore[union-attr]
    assert str(report["strs"]) == f"{report['strs'].value:.3f} [{low:.3f}, {high:.3f}]"
    assert f"strs {report['strs']}" in repr(report) and "\n" not in repr(report)


def test_frames_have_the_numbers_of_the_report(report: mebench.Report) -> None:
    metrics = report.to_frame()
    assert metrics["value"].dtype == metrics["low"].dtype == np.float64
    for name, metric in report.metrics.items():
        assert np.array_equal(metrics.loc[name, "value"], float(metric), equal_nan=True)
    confusion = report.counts.analysis.confusion  # type: ignore[union-attr]
    assert report.to_frame("confusion").to_numpy().tolist() == confusion.matrix
    assert report.to_frame("classes")["hits"].sum() == report.counts.analysis.tp  # type: ignore[union-attr]
    parts = report.to_frame("parts")
    assert parts["tp"].sum() == report.counts.spotting.tp  # type: ignore[union-attr]
    assert len(parts) == report.units.subjects
    assert set(report.to_frame("groups")["group"]) == set(report.groups)
    with pytest.raises(mebench.UsageError, match="table"):
        report.to_frame("metric")  # type: ignore[arg-type]


def test_spotting_alone_has_no_classes(report: mebench.Report) -> None:
    protocol = mebench.load_protocol(FILES[2]).model_copy(
        update={"task": "spot", "classes": [], "id": "spot@1"}
    )
    spotted = mebench.score(_intervals(), FILES[1], protocol)
    for table in ("classes", "confusion"):
        with pytest.raises(mebench.UsageError, match="analyzes no emotions"):
            spotted.to_frame(table)


def _intervals() -> dict[Any, Any]:
    videos = json.loads(FILES[0].read_text())["videos"]
    return {
        (video["subject"], video["video"]): [
            (one["onset"], one["offset"], one["score"]) for one in video["intervals"]
        ]
        for video in videos
    }


class _Balance(HTMLParser):
    """Checks that tags are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _shown(html: str) -> str:
    parser = _Balance()
    parser.feed(html)
    assert not parser.open
    return parser.text


def test_notebooks_show_tables_with_hostile_text_inert(report: mebench.Report) -> None:
    document = json.loads(FILES[0].read_text())
    document["system"]["name"] = "<script>alert(1)</script>"
    evil = mebench.compare({"<b>x</b>": document, "other": document}, *FILES[1:])
    shown = [
        report._repr_html_(),
        evil._repr_html_(),
        mebench.diagnose(document, *FILES[1:])._repr_html_(),
        mebench.power(*FILES[1:], trials=100)._repr_html_(),
    ]
    for html in shown:
        assert "demo-str@1" in _shown(html)
        assert "<script" not in html and "<b>x" not in html
    assert report.signature in _shown(shown[0])


def test_pictures_are_returned_or_written(report: mebench.Report, tmp_path: Path) -> None:
    picture = report.plot.confusion()
    assert picture is not None and picture._repr_png_().startswith(b"\x89PNG")
    assert report.plot.forest(tmp_path / "forest.svg", metric="strs") is None
    assert (tmp_path / "forest.svg").read_text().startswith("<?xml")
    assert report.plot.timeline(video="p1/clip1") is not None
    with pytest.raises(mebench.MebenchError):
        report.plot.forest(tmp_path / "forest.tiff")


def test_a_report_from_a_file_has_frames_but_no_predictions(
    report: mebench.Report, tmp_path: Path
) -> None:
    read = mebench.Report.model_validate_json(mebench.render(report, "json"))
    assert read == report and read.to_frame().equals(report.to_frame())
    assert read.plot.confusion() is not None
    with pytest.raises(mebench.UsageError, match="predictions-needed"):
        read.plot.forest()
    assert pickle.loads(pickle.dumps(report)) == report


def test_comparisons_and_diagnoses_are_frames() -> None:
    rows = _intervals()
    fewer = {name: intervals[:1] for name, intervals in rows.items()}
    protocol = mebench.load_protocol(FILES[2]).model_copy(
        update={"task": "spot", "classes": [], "id": "spot@1"}
    )
    comparison = mebench.compare({"all": rows, "one": fewer}, FILES[1], protocol, baseline="one")
    pairs = comparison.to_frame()
    assert set(pairs["first"]) == {"one"} and set(pairs["second"]) == {"all"}
    assert len(comparison.to_frame("systems")) == 2 * len(comparison.systems[0].metrics)
    with pytest.raises(mebench.UsageError, match="baseline"):
        mebench.compare({"all": rows, "one": fewer}, FILES[1], protocol, baseline="two")
    diagnosis = mebench.diagnose(rows, FILES[1], protocol)
    causes = diagnosis.to_frame()
    whole = causes[causes["direction"].isna()]
    assert whole["misses"].sum() == diagnosis.truths - diagnosis.hits
    assert len(diagnosis.to_frame("errors")) == len(diagnosis.errors)
    assert diagnosis.to_frame("subject")["hits"].sum() == diagnosis.hits


def test_power_is_a_frame() -> None:
    analysis = mebench.power(*FILES[1:], trials=100)
    assert list(analysis.to_frame().index) == list(analysis.metrics)
    assert len(analysis.to_frame("sizes")) == sum(len(p.sizes) for p in analysis.metrics.values())
    assert "detectable" in repr(analysis) and "demo-str@1" in str(analysis)


LABELS = [
    ["b", "a", "b", "c", "a", "b"],
    np.array([1, 0, 1, 2, 0, 1]),
    pd.Series([2, 1, 2, 3, 1, 2]),
]


@pytest.mark.parametrize("truth", LABELS, ids=["list", "array", "series"])
def test_recognition_agrees_with_scikit_learn(truth: Any) -> None:
    predicted = list(reversed(list(truth)))
    found = mebench.recognition(truth, predicted, groups=[1, 1, 2, 2, 3, 3], ci=False)
    assert float(found["accuracy"]) == pytest.approx(accuracy_score(list(truth), predicted))
    assert float(found["uf1"]) == pytest.approx(f1_score(list(truth), predicted, average="macro"))
    assert float(found["uar"]) == pytest.approx(
        recall_score(list(truth), predicted, average="macro")
    )
    assert found.units.subjects == 3


def test_recognition_states_what_changes_its_numbers() -> None:
    truth, predicted = ["a", "b", "a", "b"], ["a", "b", "b", None]
    one = mebench.recognition(truth, predicted)
    assert "missing:1" in one.signature and float(one["accuracy"]) == 0.5
    wider = mebench.recognition(truth, predicted, classes=["a", "b", "c"])
    assert wider.signature.split("rules:")[1][:8] != one.signature.split("rules:")[1][:8]
    grouped = mebench.recognition(truth, predicted, groups=["x", "x", "y", "y"])
    assert grouped.signature != one.signature


WRONG = {
    "lengths": ((["a"], ["a", "b"]), {}, "y_pred"),
    "groups": ((["a", "b"], ["a", "b"]), {"groups": [1]}, "groups"),
    "nothing": (([], []), {}, "at least one sample"),
    "fractions": (([0.5], [0.5]), {}, "texts or integers"),
    "class": ((["a"], ["b"]), {}, "none of the classes"),
    "a text": (("ab", "ab"), {}, "y_true"),
    "none": (([None], ["a"]), {}, "a class for every sample"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arrays_are_refused(name: str) -> None:
    arrays, more, text = WRONG[name]
    with pytest.raises(mebench.UsageError, match=text):
        mebench.recognition(*arrays, **more)  # type: ignore[arg-type]


def test_options_are_those_of_the_command_line() -> None:
    spelled = {"label": "labels", "kind_value": "kinds", "no_header": "header"}
    of_commands = {
        spelled.get(name, name)
        for name in command_line.SCORING_OPTIONS | command_line.MAPPING_OPTIONS
    } - {"kind_column"}
    declared = set(keywords.ScoringKeywords.__annotations__)
    assert of_commands == declared
    of_functions = {"metrics"}  # an argument of those that return metrics
    fields = set(ScoringOptions.__dataclass_fields__) - of_functions
    assert declared - set(keywords.OF_MAPPING) == fields
    assert {*keywords.OF_MAPPING, "first_frame"} == set(TableMapping.model_fields)


def test_every_table_has_a_name_in_the_types() -> None:
    assert set(get_args(frames.ReportTable)) == {
        "metrics",
        "groups",
        "parts",
        "classes",
        "confusion",
    }
