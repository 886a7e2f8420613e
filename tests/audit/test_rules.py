"""Each rule: a row that breaks it, and the same row mended, of which nothing is said."""

from __future__ import annotations

from typing import Any

import pytest

from mebench.audit.rule import CERTAINTY_TEXTS
from mebench.audit.run_audit import BY_CODE, RULES
from tests.audit.rows import codes, only, row

CASME2, SQ, CDE, MEVIEW = "casme2-str@1", "casme-sq-str@1", "megc2019-cde@1", "meview-str@1"
TP = {"tp": 159, "fp": 85, "fn": 85}

Case = tuple[str, str, dict[str, Any] | None, dict[str, Any], dict[str, Any]]

CASES: list[Case] = [
    ("percent-unclear", SQ, None, {"spotting_recall": "17.54"}, {"spotting_recall": "17.54 %"}),
    ("rate-out-of-range", SQ, None, {"spotting_recall": "175.4"}, {"spotting_recall": ".1754"}),
    ("rate-out-of-range", SQ, None, {"strs": "-.1"}, {"strs": ".1"}),
    ("rate-out-of-range", SQ, None, {"uar": "101 %"}, {"uar": "100 %"}),
    ("rate-out-of-range", CASME2, None, {"apex_mae": "-3"}, {"apex_mae": "3.25"}),
    ("uf1-above-f1", SQ, None, {"uf1": ".60", "analysis_f1": ".58"}, {"uf1": ".585"}),
    ("uf1-above-f1", CASME2, None, {"uf1_all": ".60", "analysis_all_f1": ".58"}, {"uf1_all": ".5"}),
    ("uf1-above-uar", SQ, None, {"uf1": ".69", "uar": ".50"}, {"uf1": ".66"}),
    ("uf1-below-uar", CDE, None, {"uf1": ".2000", "uar": ".5000"}, {"uf1": ".5000"}),
    ("counted-analysis", SQ, {"tp": 3, "fp": 0, "fn": 54, "analysed": 4}, {}, {"analysed": 3}),
    ("counted-analysis", SQ, {"analysed": 3, "right": 4}, {}, {"right": 3}),
    ("counted-analysis", SQ, {"analysed": 3, "classes": [1, 1, 0]}, {}, {"classes": [1, 2, 0]}),
    ("counted-samples", CASME2, {"tp": 159, "fp": 85, "fn": 84}, {}, {"fn": 85}),
    ("counted-samples", CASME2, TP | {"predictions": 243}, {}, {"predictions": 244}),
    ("counted-samples", CASME2, TP | {"samples": 246}, {}, {"samples": 244}),
    ("counted-samples", CASME2, {"samples": 246}, {}, {"samples": 244}),
    ("spotting-counts", CASME2, TP, {"spotting_recall": ".6518"}, {"spotting_recall": ".6516"}),
    ("spotting-counts", CASME2, TP, {"spotting_f1": "65.4 %"}, {"spotting_f1": "65.16 %"}),
    (
        "spotting-f1",
        SQ,
        None,
        {"spotting_precision": ".5000", "spotting_recall": ".4035", "spotting_f1": ".4600"},
        {"spotting_f1": ".4466"},
    ),
    (
        "analysis-f1",
        SQ,
        None,
        {"analysis_precision": ".5983", "analysis_recall": ".5872", "analysis_f1": ".5930"},
        {"analysis_f1": ".5927"},
    ),
    (
        "strs-product",
        SQ,
        None,
        {"spotting_f1": ".0591", "analysis_f1": ".4156", "strs": ".0149"},
        {"strs": ".0246"},
    ),
    (
        "acc-mesr-product",
        CASME2,
        None,
        {"spotting_recall": ".6516", "accuracy": ".6038", "acc_mesr": ".40"},
        {"acc_mesr": ".3934"},
    ),
    ("uar-not-recall", SQ, None, {"uar": ".5983", "analysis_recall": ".5872"}, {"uar": ".5872"}),
    ("uar-unreachable", MEVIEW, None, {"uar_all": ".4620"}, {"uar_all": ".4630"}),
    (
        "matrix-unreachable",
        MEVIEW,
        None,
        {"analysis_all_f1": ".6758", "uf1_all": ".6575", "uar_all": ".6852"},
        {"uf1_all": ".6699"},
    ),
    ("accuracy-counts", SQ, {"analysed": 7, "right": 4}, {"accuracy": ".56"}, {"accuracy": ".57"}),
    ("share-unreachable", CASME2, None, {"asr": ".8450"}, {"asr": ".8443"}),
    ("share-unreachable", CASME2, None, {"accuracy_all": ".5770"}, {"accuracy_all": ".5779"}),
    ("share-unreachable", CASME2, TP, {"accuracy": ".6000"}, {"accuracy": ".6038"}),
    ("share-unreachable", CDE, None, {"accuracy": ".7000"}, {"accuracy": ".7014"}),
    ("spotting-unreachable", SQ, None, {"spotting_recall": ".3000"}, {"spotting_recall": ".2982"}),
    (
        "spotting-unreachable",
        SQ,
        None,
        {"spotting_precision": ".0762", "spotting_recall": ".2982", "spotting_f1": ".1224"},
        {"spotting_f1": ".1214"},
    ),
    (
        "spotting-unreachable",
        CASME2,
        {"predictions": 244},
        {"spotting_f1": ".6398"},
        {"spotting_f1": ".6393"},
    ),
    (
        "subjects-videos",
        SQ,
        {"samples": 57, "subjects": 9, "videos": 22},
        {},
        {"subjects": 14, "videos": 33},
    ),
    (
        "majority-accuracy",
        SQ,
        {"analysed": 19, "right": 14, "classes": [14, 3, 2]},
        {},
        {"right": 15},
    ),
    ("majority-accuracy", CDE, None, {"accuracy": "56.56 %"}, {"accuracy": "56.79 %"}),
    (
        "ap-above-recall",
        SQ,
        None,
        {"ap": ".31", "spotting_recall": ".2982", "ap50": ".2"},
        {"ap": ".298"},
    ),
    (
        "f1-like-accuracy",
        CASME2,
        None,
        {"analysis_all_f1": ".57", "accuracy_all": "57.79 %"},
        {"analysis_all_f1": ".56"},
    ),
]


@pytest.mark.parametrize(("code", "protocol", "counts", "values", "mended"), CASES)
def test_a_rule_finds_and_is_silent(
    code: str,
    protocol: str,
    counts: dict[str, Any] | None,
    values: dict[str, Any],
    mended: dict[str, Any],
) -> None:
    found = codes(row(protocol, counts, **values))
    assert code in found
    right_counts = {name: mended.get(name, one) for name, one in (counts or {}).items()} | {
        name: one for name, one in mended.items() if not isinstance(one, str)
    }
    right = values | {name: one for name, one in mended.items() if isinstance(one, str)}
    assert codes(row(protocol, right_counts, **right)) == []


def test_every_rule_has_a_case() -> None:
    elsewhere = {"pooled-outside-kinds", "repeat-differs"}
    assert {one[0] for one in CASES} | elsewhere == set(BY_CODE)
    assert len(BY_CODE) == len(RULES)


def test_pooled_rates_lie_between() -> None:
    def kinds(overall: str) -> dict[str, Any]:
        values = {
            "macro": {"spotting_f1": ".2131"},
            "micro": {"spotting_f1": ".0547"},
            "overall": {"spotting_f1": overall},
        }
        return {"values": values}

    outside = only(row("megc2020-spot-casme-sq@1", more=kinds(".2140")))
    assert outside.rule.id == "pooled-outside-kinds"
    assert outside.violation.consistent == "Between .0547 and .2131."
    for right in (".1403", ".2131", ".0547"):
        assert codes(row("megc2020-spot-casme-sq@1", more=kinds(right))) == []


def test_repeats_agree_within_rounding() -> None:
    one = row(CASME2, more={"system": "a"}, analysis_f1=".5927", analysis_all_f1=".5723")
    same = row(CASME2, more={"system": "a"}, analysis_f1=".593")
    other = row(CASME2, more={"system": "b"}, analysis_f1=".61")
    elsewhere = row(SQ, more={"system": "a"}, analysis_f1=".61")
    assert codes(one, same, other, elsewhere) == []
    found = only(one, row(CASME2, more={"system": "a"}, analysis_f1=".5723"))
    assert found.rule.id == "repeat-differs"
    assert "It equals analysis_all_f1 .5723" in found.violation.message


def test_nothing_is_said_where_no_count_is_stated() -> None:
    """A row of unknown samples relies on its own counts alone."""
    unknown = {"sample_list": "unknown"}
    assert codes(row(CASME2, asr=".845")) == ["share-unreachable"]
    assert codes(row(CASME2, more=unknown, asr=".845")) == []
    assert codes(row(CASME2, {"samples": 255}, more=unknown, asr=".8450")) == ["share-unreachable"]
    # Other samples have other classes.
    assert codes(row(MEVIEW, {"samples": 30}, uar_all=".4620")) == ["counted-samples"]
    assert codes(row(SQ, accuracy=".1234", uar=".1234", spotting_f1=".1234")) == []
    assert codes(row(CASME2, spotting_f1=".6398")) == []


def test_rounding_and_truncating_is_no_finding() -> None:
    """Half a unit of the last digit below, and one above: 201/244 is .82377."""
    for printed in (".823", ".824", ".8237", ".8238", "82.3 %"):
        assert codes(row(CASME2, asr=printed)) == []
    assert codes(row(CASME2, asr=".8239")) == ["share-unreachable"]
    exact: dict[str, Any] = {"spotting_f1": ".1", "analysis_f1": ".1"}
    for printed in (".01", ".0", ".02", ".03"):
        assert codes(row(SQ, **exact, strs=printed)) == []
    assert codes(row(SQ, **exact, strs=".05")) == ["strs-product"]
    assert codes(row(SQ, spotting_f1=".0949", analysis_f1=".5263", strs=".0499")) == []


def test_rules_are_explained() -> None:
    for rule in RULES:
        assert rule.certainty in CERTAINTY_TEXTS
        assert rule.why.strip().endswith(".")
        assert not rule.title.endswith(".")
