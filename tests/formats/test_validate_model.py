"""Validation errors: all of a small file are found, a limited number of a large one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.native_json import dictionary_validator
from mebench.formats.validate_model import MAX_FIELD_ERRORS, field_errors_of, validate_model
from mebench.models.submission import PredictedVideo, Submission
from mebench.models.truth import TruthManifest
from tests.evaluation.documents import interval, submission
from tests.formats.valid_files import TEXTS

VALUES: st.SearchStrategy[Any] = st.sampled_from([1, -1, 2.5, "a", None, True, float("nan"), 2**30])
INTERVALS = st.dictionaries(
    st.sampled_from(["onset", "offset", "apex", "score", "kind", "emotion", "odd"]), VALUES
)
VIDEOS = st.fixed_dictionaries(
    {"intervals": st.lists(INTERVALS | VALUES, max_size=4)},
    optional=dict.fromkeys(("subject", "video", "odd"), VALUES),
)


def all_at_once(video: Any) -> list[tuple[str, tuple[int | str, ...]]]:
    """Return all errors of pydantic in a video, by validating one interval at a time.

    A list of intervals stops at its first error; a list with one interval has no other.
    """
    rows = video.get("intervals") if isinstance(video, dict) else None
    pieces = [{**video, "intervals": [row]} for row in rows] if rows else [video]
    found = set()
    for place, piece in enumerate(pieces):
        try:
            TypeAdapter(PredictedVideo).validate_python(piece)
        except ValidationError as error:
            for detail in error.errors():
                first, *rest = detail["loc"] or ("",)
                location = ("intervals", place, *rest[1:]) if rest else (first,)
                found.add((detail["type"], location))
    return sorted(found, key=repr)


@given(VIDEOS | VALUES)
def test_piecewise_finds_what_pydantic_finds(video: Any) -> None:
    document = {**submission({}), "videos": [video]}
    found = {
        (fault.detail["type"], fault.path[2:] or ("",))
        for fault in field_errors_of(Submission, document)
    }
    assert sorted(found, key=repr) == all_at_once(video)


def accepts(validate: Callable[[Any], object], document: Any) -> bool:
    try:
        validate(document)
    except ValidationError:
        return False
    return True


def changed(document: Any, data: st.DataObject) -> Any:
    """Return a document with another value or name at a drawn place."""
    if not document or not isinstance(document, dict | list) or data.draw(st.integers(0, 9)) == 0:
        return data.draw(VALUES | st.sampled_from([[], {}, "micro", [{}]]))
    copy: Any = document.copy()
    if isinstance(document, dict) and data.draw(st.integers(0, 4)) == 0:
        copy[data.draw(st.sampled_from(["odd", "$comment", "split", "dataset", "fps"]))] = "a"
        return copy
    keys = list(document) if isinstance(document, dict) else list(range(len(document)))
    key = data.draw(st.sampled_from(keys))
    if data.draw(st.integers(0, 9)) == 0:
        del copy[key]
    else:
        copy[key] = changed(document[key], data)
    return copy


SAMPLE = {"subject": "1", "sample": "a", "emotion": "x", "dataset": "y"}


@pytest.mark.parametrize(("model", "name"), [(Submission, "submission"), (TruthManifest, "truth")])
@given(st.data())
def test_dictionaries_are_valid_exactly_where_models_are(
    model: Any, name: str, data: st.DataObject
) -> None:
    document = changed({**TEXTS[name], "samples": [SAMPLE, SAMPLE]}, data)
    quick = dictionary_validator(model).validate_python
    assert accepts(quick, document) == accepts(model.model_validate, document)


def test_places_in_a_long_list() -> None:
    rows = [interval(0, 5) for _ in range(2000)]
    wrong = [0, 1, 999, 1000, 1999]
    for at in wrong:
        rows[at] = interval(0, 5, score="x")
    faults = list(field_errors_of(Submission, submission({"1/a": rows})))
    assert [fault.path for fault in faults] == [
        ("videos", 0, "intervals", at, "score") for at in wrong
    ]


@pytest.mark.parametrize("rows_a_video", [MAX_FIELD_ERRORS + 10, 10])
def test_hopeless_files_are_given_up(rows_a_video: int) -> None:
    videos = {
        f"{number}/a": [interval(0, 5, score="x") for _ in range(rows_a_video)]
        for number in range((MAX_FIELD_ERRORS + 10) // rows_a_video)
    }
    asked: list[Any] = []

    def place(keys: Any) -> Place:
        asked.append(keys)
        return Place(file="preds.json")

    with pytest.raises(MebenchError) as caught:
        validate_model(Submission, submission(videos), Findings(), place)
    assert caught.value.diagnostics[-1].code == "too-many-errors"
    assert caught.value.omitted == {"wrong-type": MAX_FIELD_ERRORS - 1000}
    assert len(asked) == 1001, "positions are looked up only for the findings that are kept"


def test_errors_are_found_lazily() -> None:
    class Rows(list[Any]):
        taken = 0

        def __iter__(self) -> Iterator[Any]:
            for row in super().__iter__():
                Rows.taken += 1
                yield row

    rows = Rows({} for _ in range(1000))
    document = submission({})
    document["videos"] = [{"subject": "1", "video": "a", "intervals": rows}]
    next(field_errors_of(Submission, document))
    assert Rows.taken == 1
