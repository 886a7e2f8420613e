"""Arguments of other types: every public function refuses them with a code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mebench
from mebench.datasets import open_dataset
from mebench.diagnostics.catalog import catalog
from mebench.evaluation.scoring_options import ScoringOptions
from tests.evaluation.documents import TOY, interval, submission, truth

TRUTH = truth({"1/a": [interval(1, 9)]})
PREDICTIONS = submission({"1/a": [interval(1, 9, score=0.5)]})
REPORT = mebench.score(PREDICTIONS, TRUTH, TOY)
RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)


class Unprintable:
    """Nothing about it may be asked: not even what it looks like."""

    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


def score(**given: Any) -> Callable[[], object]:
    arguments: dict[str, Any] = {"predictions": PREDICTIONS, "truth": TRUTH, "protocol": TOY}
    return lambda: mebench.score(**(arguments | given))


def options(**given: Any) -> Callable[[], object]:
    return lambda: ScoringOptions(**given)


def render(**given: Any) -> Callable[[], object]:
    return lambda: mebench.render(**({"report": REPORT} | given))


CALLS: dict[str, Callable[[], object]] = {
    **{
        f"score({name}={type(value).__name__})": score(**{name: value})
        for name in ("predictions", "truth", "protocol", "by", "clip", "outside_as", "mapping")
        for value in (5, 0.5, b"x", ["x"], ("x",), {1}, object(), Unprintable())
    },
    "score(predictions=None)": score(predictions=None),
    "score(protocol={})": score(protocol={}),
    "score(by='frame')": score(by="frame"),
    "score(clip='yes')": score(clip="yes"),
    "score(clip=None)": score(clip=None),
    **{
        f"options({name}={value!r})": options(**{name: value})
        for name, value in [
            *(("kind", "Micro"), ("kind", 1), ("allow_missing", 1), ("first_frame", True)),
            *(("first_frame", 2), ("truth_first_frame", "1"), ("log_order", "x"), ("ids", 1)),
        ]
    },
    "load_protocol(5)": lambda: mebench.load_protocol(5),  # type: ignore[arg-type]
    "load_protocol(None)": lambda: mebench.load_protocol(None),  # type: ignore[arg-type]
    "render(dict)": render(report={}),
    "render(None)": render(report=None),
    "render(layout=5)": render(layout=5),
    "render(layout='html')": render(layout="html"),
    "render(layout=list)": render(layout=[]),
    "render(width='80')": render(width="80"),
    "render(width=0)": render(width=0),
    "digest(object)": lambda: mebench.digest(object()),
    "digest(nan)": lambda: mebench.digest(float("nan")),
    "digest(mixed keys)": lambda: mebench.digest({"a": 1, 2: 3}),
    "digest(recursive)": lambda: mebench.digest(RECURSIVE),
    "digest(digits)": lambda: mebench.digest(1, digits="8"),  # type: ignore[arg-type]
    "require_package(5)": lambda: mebench.require_package(5),  # type: ignore[arg-type]
    "require_package('')": lambda: mebench.require_package(""),
    "require_package('.x')": lambda: mebench.require_package(".x"),
    "RandomStream('7')": lambda: mebench.RandomStream("7"),  # type: ignore[arg-type]
    "RandomStream(0.5)": lambda: mebench.RandomStream(0.5),  # type: ignore[arg-type]
    "RandomStream(7, None)": lambda: mebench.RandomStream(7, None),  # type: ignore[arg-type]
    "open_dataset(5)": lambda: open_dataset(5),  # type: ignore[arg-type]
    "open_dataset(root)": lambda: open_dataset("casme2", 5),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_wrong_argument_is_a_usage_error(call: Callable[[], object]) -> None:
    with pytest.raises(mebench.UsageError) as caught:
        call()
    (found,) = caught.value.diagnostics
    assert found.code == "wrong-argument"
    # A list is a list of records.
    assert found.message.startswith(("The argument `", "Row 0 is of the type str; expected a rec"))
    assert len(found.message) < 400


@pytest.mark.parametrize(
    "threshold", ["x", True, 10**400, [], {}, {"micro": True}, {"x": 1}, {1: 1}, float("nan")]
)
def test_a_wrong_threshold_keeps_its_own_code(threshold: Any) -> None:
    with pytest.raises(mebench.UsageError) as caught:
        mebench.score(PREDICTIONS, TRUTH, TOY, score_threshold=threshold)
    assert [one.code for one in caught.value.diagnostics] == ["bad-threshold"]


def test_a_root_may_be_a_text(tmp_path: Path) -> None:
    with pytest.raises(mebench.MebenchError) as caught:
        open_dataset("casme2", str(tmp_path))  # type: ignore[arg-type]
    assert "wrong-argument" not in {one.code for one in caught.value.diagnostics}


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=3)
    | st.just(10**400)
    | st.builds(object),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=3) | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["videos", "samples", "folds", "system", "score_threshold", "$comment"])


@given(st.dictionaries(KEYS, ANYTHING, max_size=2), st.booleans())
def test_data_in_memory_of_any_type_ends_in_findings(
    changed: dict[str, Any], in_truth: bool
) -> None:
    predictions, true = PREDICTIONS, TRUTH
    if in_truth:
        true = true | changed
    else:
        predictions = predictions | changed
    try:
        mebench.score(predictions, true, TOY)
    except mebench.MebenchError as error:
        assert {one.code for one in error.diagnostics} <= set(catalog())


@given(st.sampled_from(["onset", "offset", "apex", "score", "kind", "emotion"]), ANYTHING)
def test_intervals_in_memory_of_any_type_end_in_findings(field: str, value: Any) -> None:
    predictions = submission({"1/a": [interval(1, 9) | {field: value}]})
    try:
        mebench.score(predictions, TRUTH, TOY)
    except mebench.MebenchError as error:
        assert {one.code for one in error.diagnostics} <= set(catalog())
