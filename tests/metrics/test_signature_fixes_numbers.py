"""Two inputs that give different numbers never have the same signature.

For cases of every task, each field of truth, predictions, protocol and options is changed; whatever
changes a number has to change the signature.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import mebench
from mebench.evaluation.score import score_with_options
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature, signature_of
from mebench.metrics.registry import METRICS
from mebench.models.leaderboard import LogLine
from mebench.models.protocol import Protocol, ProtocolDataset
from tests.metrics import documents
from tests.metrics.changes import ALTERNATIVES, OPTIONS, changed_cases, fields_of
from tests.metrics.documents import Document, micro
from tests.metrics.drawing import cases, recognition_cases

METRIC_IDS = [metric.id for metric in METRICS]


class Scored(NamedTuple):
    """The signature of a report, and every number that it states."""

    signature: str
    metrics: Document
    numbers: Document


def scored(case: Document) -> Scored | None:
    """Score a case; None if it is refused."""
    try:
        protocol = Protocol.model_validate(case["protocol"])
        predictions = {**case["predictions"]}
        if predictions["protocol"] == "case@1":
            predictions["protocol"] = protocol.id
        options = ScoringOptions(**case.get("options", {}))
        report = score_with_options(predictions, case["truth"], protocol, options).to_json()
    except (mebench.MebenchError, ValidationError):
        return None
    # Names: in the spelling of the truth, and of videos that are listed without an interval.
    del report["units"]["videos_without_predictions"], report["units"]["subjects_left_out"]
    parts = ("units", "counts", "metrics", "details", "groups", "group_counts", "mean_over_folds")
    groups = {
        f"{group} {name}": value
        for group, of in report["groups"].items()
        for name, value in of.items()
    }
    return Scored(
        report["signature"],
        {**report["metrics"], **groups},
        {part: report[part] for part in parts},
    )


def case_of(protocol: Document, truth: Document, predictions: Document) -> Document:
    return {
        "protocol": protocol,
        "truth": truth,
        "predictions": {**predictions, "protocol": "case@1"},
    }


ONE_PER_VIDEO = case_of(
    documents.ONE_PER_VIDEO_ALL_VIDEOS,
    documents.truth(
        {
            "1/a": [micro(2, 9, "negative", apex=5)],
            "1/b": [micro(0, 12, "positive", apex=9)],
            "2/a": [micro(5, 12, "surprise", apex=8)],
            "3/a": [micro(0, 9, "negative", apex=5)],
        }
    ),
    documents.submission(
        {
            "1/a": [micro(2, 9, "negative", apex=4, score=0.5), micro(2, 9, score=0.25)],
            "1/b": [micro(0, 12, "positive", score=0.75)],
            "2/a": [micro(5, 11, "surprise", apex=9, score=0.5)],
            "3/a": [micro(5, 12, "positive", score=0.1)],
        }
    ),
)
FIRST_ONLY = case_of(
    documents.FIRST_EXPRESSION_ONLY,
    documents.truth(
        {
            "1/a": [micro(2, 9, apex=5, order=2), micro(5, 12, "positive", apex=9)],
            "1/b": [micro(0, 12, "positive", apex=9), micro(2, 9, "surprise", order=3)],
            "2/a": [micro(5, 12, "surprise", apex=8, order=1)],
            "3/a": [micro(0, 9, apex=5, order=2)],
        }
    ),
    ONE_PER_VIDEO["predictions"],
)
FIRST_ONLY["truth"]["videos"][0]["events"] = [{"onset": 0, "offset": 5, "label": "eye blink"}]
TWO_TARGETS = case_of(
    documents.TWO_TARGETS_STR,
    documents.truth(
        {
            "1/a": [micro(2, 9), documents.interval(0, 12, kind="macro")],
            "2/a": [micro(5, 12, "surprise")],
            "3/a": [],
        }
    ),
    documents.submission(
        {
            "1/a": [micro(2, 9, score=0.5), documents.interval(0, 9, kind="macro", score=0.7)],
            "2/a": [micro(5, 11, "surprise", score=0.25)],
            "3/a": [micro(5, 11, score=0.1)],
        }
    ),
)
RECOGNITION = case_of(
    documents.RECOGNITION,
    {
        "format": "mebench-truth/1",
        "dataset": "toy",
        "samples": [
            {"subject": subject, "sample": sample, "emotion": emotion}
            for subject, sample, emotion in [
                ("1", "a", "negative"),
                ("1", "b", "positive"),
                ("2", "a", "surprise"),
                ("3", "a", "negative"),
            ]
        ],
    },
    {
        "format": "mebench-submission/1",
        "system": {"name": "test"},
        "samples": [
            {"subject": subject, "sample": sample, "emotion": emotion}
            for subject, sample, emotion in [
                ("1", "a", "negative"),
                ("1", "b", "positive"),
                ("2", "a", "negative"),
                ("3", "a", "negative"),
            ]
        ],
    },
) | {"options": {"allow_missing": True}}

BASES = {
    "one per video": ONE_PER_VIDEO,
    "first expression only": FIRST_ONLY,
    "two targets": TWO_TARGETS,
    "recognition": RECOGNITION,
}


@cache
def variants(base: str) -> list[tuple[str, Scored]]:
    """Return the changed field and the score of each valid change of a case; first its own."""
    found = [("", scored(BASES[base]))]
    found += [(field, scored(case)) for field, case in changed_cases(BASES[base])]
    assert found[0][1] is not None
    return [(field, result) for field, result in found if result is not None]


@pytest.mark.parametrize("model", [*ALTERNATIVES, ScoringOptions], ids=lambda model: model.__name__)
def test_no_field_is_forgotten(model: Any) -> None:
    known = OPTIONS if model is ScoringOptions else ALTERNATIVES[model]
    # Metrics of other packages: tests/metrics/test_own_metrics.py.
    assert set(known) == fields_of(model) - {"metrics"}


@pytest.mark.parametrize("base", BASES)
def test_one_signature_one_set_of_numbers(base: str) -> None:
    numbers: dict[str, list[tuple[str, Document]]] = defaultdict(list)
    for field, result in variants(base):
        numbers[result.signature].append((field, result.numbers))
    assert len(numbers) > 40
    for same in numbers.values():
        for field, other in same[1:]:
            assert other == same[0][1], f"{same[0][0]} or {field} is not in the signature"


@pytest.mark.parametrize("metric", METRIC_IDS)
def test_every_change_of_a_metric_is_in_the_signature(metric: str) -> None:
    moved_by: set[str] = set()
    for base in BASES:
        values: dict[str, list[Any]] = defaultdict(list)
        first = variants(base)[0][1].metrics
        for field, result in variants(base):
            values[result.signature].append(result.metrics.get(metric))
            if metric in first and result.metrics.get(metric) != first[metric]:
                moved_by.add(field)
        assert all(same.count(same[0]) == len(same) for same in values.values())
    sources = {field.partition(".")[0] for field in moved_by}
    assert sources & {"TruthInterval", "TruthSample"}, "the truth changes it"
    assert sources & {"PredictedInterval", "PredictedSample"}, "the predictions change it"
    assert sources & {"Protocol", "ProtocolDataset"}, "the rules change it"
    if metric == "apex_mae":
        assert {"TruthInterval.apex", "PredictedInterval.apex"} <= moved_by
    if metric == "asr":
        assert "PredictedInterval.apex" in moved_by


any_case = st.one_of(
    [
        cases(protocol)
        for protocol in (documents.ONE_PER_VIDEO_ALL_VIDEOS, documents.TWO_TARGETS_STR)
    ]
)
settings = st.sampled_from(
    [{}, {"clip": True}, {"outside_as": "positive"}, {"kind": "micro"}, {"score_threshold": 0.5}]
)


@given(any_case | recognition_cases(documents.RECOGNITION), settings, st.data())
def test_a_changed_field_of_any_case(
    case: Document, options: Document, data: st.DataObject
) -> None:
    case = {**case, "options": {"allow_missing": True, **options}}
    before = scored(case)
    if before is None:
        return
    field, changed = data.draw(st.sampled_from(list(changed_cases(case))))
    after = scored(changed)
    if after is not None and after.signature == before.signature:
        assert after.numbers == before.numbers, field


PREDICTED = "subject,video,onset,offset,score\ns1,a,1,10,.5\ns1,b,5,9,.5\n"
TRUE = "subject,video,onset,offset\ns1,a,1,10\ns1,b,6,15\n"
NUMBERED = {
    "title": "the sheet's numbers",
    "subjects": {"names": {"1": "s2", "2": "s1"}},
}
LOG = "casme2 sub01\nEP02_01f 0 1\nEP03_02 1 0\n\ncasme2 sub02\nEP01_01 0 2\n"


def test_the_first_frames_of_external_files_are_in_the_signature(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PREDICTED, encoding="utf-8")
    (tmp_path / "t.csv").write_text(TRUE, encoding="utf-8")
    found: dict[str, list[Any]] = defaultdict(list)
    for first in (0, 1):
        for truth_first in (0, 1):
            options = ScoringOptions(first_frame=first, truth_first_frame=truth_first)
            protocol = documents.protocol_of(documents.MICRO)
            report = score_with_options(tmp_path / "p.csv", tmp_path / "t.csv", protocol, options)
            found[report.signature].append(report.metrics)
    assert len(found) == 4


def test_what_an_alias_set_changes_is_in_the_signature(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(PREDICTED.replace("s1", "1"), encoding="utf-8")
    true = TRUE.replace("s1", "1") + "2,a,2,9\n2,b,6,15\n"
    (tmp_path / "t.csv").write_text(true, encoding="utf-8")
    found: dict[str, list[Any]] = defaultdict(list)
    for ids in (None, "sheet"):
        for truth_ids in (None, "sheet"):
            options = ScoringOptions(ids=ids, truth_ids=truth_ids)
            rules = {
                "id": "toy",
                "subjects": {"prefixes": ["s"]},
                "alias_sets": {"sheet": NUMBERED},
            }
            protocol = documents.protocol_of({**documents.MICRO, "datasets": [rules]})
            report = score_with_options(tmp_path / "p.csv", tmp_path / "t.csv", protocol, options)
            found[report.signature].append((report.metrics, report.units))
    assert len(found) == 4


def test_the_order_of_a_log_is_in_the_signature(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text(LOG, encoding="utf-8")
    protocol = Protocol(
        id="toy@1",
        title="A toy",
        task="recognize",
        classes=documents.CLASSES,
        datasets=[ProtocolDataset(id="casme2")],
    )
    signatures = {
        score_with_options(
            tmp_path / "log.txt", None, protocol, ScoringOptions(log_order=order)
        ).signature
        for order in ("predicted-truth", "truth-predicted")
    }
    assert len(signatures) == 2


def outside(name: str) -> str:
    """Return the signature of a score in which a class of this name replaces others."""
    protocol = Protocol(
        id="toy@1",
        title="A toy",
        task="recognize",
        classes=[name],
        datasets=[ProtocolDataset(id="toy")],
    )
    return signature_of(
        protocol,
        ScoringOptions(outside_as=name),
        threshold="none",
        truth="0" * 8,
        predictions="0" * 8,
        counts_differ=False,
    )


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100)


@given(names)
def test_outside_states_any_class_unambiguously(name: str) -> None:
    signature = outside(name)
    assert unquote(parse_signature(signature)["outside"]) == name
    LogLine(date="2026-01-01", action="add", name="x", reason="x", signature=signature)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a b", "a-b"), ("a|v:9", "a-v-9"), ("驚き", "嫌悪"), ("é", "e\u0301"), ("a%20b", "a b")],
)
def test_two_classes_never_share_a_spelling(one: str, other: str) -> None:
    assert parse_signature(outside(one))["outside"] != parse_signature(outside(other))["outside"]
