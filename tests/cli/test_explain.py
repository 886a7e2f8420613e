"""``mebench explain``: every metric, part of a signature, term and code has one explanation."""

from __future__ import annotations

import ast
import inspect
import json
from dataclasses import replace
from pathlib import Path

import pytest

from mebench.audit.run_audit import RULES
from mebench.cli.explain import GROUPS
from mebench.diagnostics.catalog import catalog
from mebench.diagnostics.glossary import signature_fields, terms
from mebench.evaluation import signature
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature, signature_of
from mebench.metrics.metric import Metric
from mebench.metrics.registry import METRICS
from mebench.protocols.loader import load_protocol
from tests.cli.running import FINE, USAGE, mebench


def explained(folder: Path, *words: str) -> list[dict[str, object]]:
    done = mebench(folder, "explain", *words, "--format", "json")
    assert done.status == FINE, done.err
    return list(json.loads(done.out))


def test_each_part_of_a_signature_is_explained() -> None:
    own = load_protocol("casme2-str@1").model_copy(update={"id": "own@1"})
    everything = signature_of(
        own,
        ScoringOptions(clip=True, outside_as="others", metrics=[replace(METRICS[0], id="own")]),
        threshold="0.5",
        truth="0" * 8,
        predictions="1" * 8,
        counts_differ=True,
        kind="micro",
        missing=3,
        rounded=True,
    )
    assert list(parse_signature(everything)) == list(signature_fields())


def test_no_part_of_a_signature_is_written_under_another_condition() -> None:
    """The names in the source, whatever the condition under which one is written."""
    function = ast.parse(inspect.getsource(signature.signature_of))
    written = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Dict):
            written |= {key.value for key in node.keys if isinstance(key, ast.Constant)}
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "parts":
            written.add(ast.literal_eval(node.slice))
    assert written == set(signature_fields())


def test_the_list_has_everything_once(tmp_path: Path) -> None:
    by_group: dict[object, list[object]] = {}
    for one in explained(tmp_path):
        by_group.setdefault(one["group"], []).append(one["name"])
        assert one["title"] and one["text"], one
    assert list(by_group.values()) == [
        list(terms()),
        [metric.id for metric in METRICS],
        list(signature_fields()),
        list(catalog()),
        [rule.id for rule in RULES],
    ]
    done = mebench(tmp_path, "explain")
    titles = [line for line in done.out.splitlines() if line and not line.startswith(" ")]
    assert titles == list(GROUPS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.id)
def test_metrics_have_a_formula(metric: Metric) -> None:
    assert metric.definition.formula.endswith(".") and metric.definition.undefined


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("strs",), "spotting F1 × analysis F1. Source Liong, See and Chan 2023, equation 24"),
        (("spotting-f1",), "Range 0 to 1, higher is better"),
        (("apex_mae",), "Range 0 frames or more, lower is better"),
        (("uf1_all",), "fewer than 3 analyzed expressions or subjects"),
        (("thr",), "thr (signature) The score threshold of the operating point"),
        (("truth",), "The hash of the truth"),
        (("IoU",), "The number of frames in both intervals"),
        (("true", "positive"), "A prediction that is matched"),
        (("ground_truth",), "truth (term)"),
        (("[unknown-video]",), "unknown-video (error)"),
        (("uf1-above-f1",), "uf1-above-f1 (audit, impossible"),
    ],
)
def test_words(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = mebench(tmp_path, "explain", *words)
    assert done.status == FINE
    assert said in done.said


def test_a_word_of_several_groups(tmp_path: Path) -> None:
    assert [(one["group"], one["name"]) for one in explained(tmp_path, "ap")] == [
        ("Metrics", "ap"),
        ("Parts of the signature", "ap"),
    ]
    titled = [one["name"] for one in explained(tmp_path, "f1")]
    assert titled == ["spotting_f1", "analysis_f1", "analysis_all_f1"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [("ofset", "offset"), ("stsr", "strs"), ("grnd truth", "ground truth"), ("prds", "preds")],
)
def test_an_unknown_word(tmp_path: Path, word: str, meant: str) -> None:
    done = mebench(tmp_path, "explain", word)
    assert done.status == USAGE
    assert repr(meant) in done.said.partition("Did you mean")[2]


def test_a_name_belongs_to_one_term() -> None:
    names = [name for word, entry in terms().items() for name in (word, *entry.also)]
    assert len(names) == len(set(names))
    assert list(terms()) == sorted(terms())
