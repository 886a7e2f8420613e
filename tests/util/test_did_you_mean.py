"""Did you mean: the most similar known name, and none that is different."""

from __future__ import annotations

import pytest

from mebench.metrics.registry import suggest_metrics
from mebench.util.text import closest_name, did_you_mean

KNOWN = ["onset", "offset", "apex", "emotion", "Emotion_Scores", "kind"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ofset", "offset"),
        ("onsett", "onset"),
        ("ONSET", "onset"),
        (" kind ", "kind"),
        ("emotion_score", "Emotion_Scores"),
        ("emotoin", "emotion"),
        ("emo", "emotion"),
        ("colour", None),
        ("", None),
        ("x" * 201, None),
    ],
)
def test_closest(name: str, expected: str | None) -> None:
    assert closest_name(name, KNOWN) == expected
    question = did_you_mean(name, KNOWN)
    assert question == ("" if expected is None else f" Did you mean {expected!r}?")


def test_several_names() -> None:
    ids = ["casme2-str@1", "casme3-recog-3@1", "samm-recog-5@1", "casme-sq-str@1"]
    assert did_you_mean("casme", ids, 4) == (
        " Did you mean 'casme2-str@1', 'casme-sq-str@1' or 'casme3-recog-3@1'?"
    )
    assert (
        did_you_mean("casme2-str@2", ids, 2) == " Did you mean 'casme2-str@1' or 'casme-sq-str@1'?"
    )


def test_a_long_name_costs_nothing() -> None:
    """The known names are not even read."""
    known = iter(["onset"])
    assert closest_name("x" * 1000, known) is None
    assert next(known) == "onset"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("F1", " Did you mean 'spotting_f1' or 'analysis_f1'?"),
        ("STRS", " Did you mean 'strs'?"),
        ("F1 analysis", " Did you mean 'analysis_f1'?"),
        ("spoting_f1", " Did you mean 'spotting_f1'?"),
        ("colour", ""),
    ],
)
def test_metrics_are_suggested_by_what_tables_print(name: str, expected: str) -> None:
    assert suggest_metrics(name, ["spotting_f1", "analysis_f1", "uf1", "strs", "tp"]) == expected
