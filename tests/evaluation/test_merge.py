"""Merging the submissions of single folds."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from mebench.evaluation.challenge_files import merge
from tests.evaluation.documents import TOY, codes, interval, submission, truth, write


def fold(subject: str, **more: object) -> dict[str, object]:
    return submission(
        {f"{subject}/a": [interval(10, 20, score=0.5)]}, folds=[{"test": [subject]}], **more
    )


def test_merged_folds_score_as_one_file(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"fold{one}.json", fold(one)) for one in ("1", "2", "3")]
    merged = merge(paths)
    true = truth({f"{one}/a": [interval(10, 20)] for one in ("1", "2", "3")})
    whole = submission(
        {f"{one}/a": [interval(10, 20, score=0.5)] for one in ("1", "2", "3")},
        folds=[{"test": [one]} for one in ("1", "2", "3")],
    )
    report = mebench.score(merged, true, TOY)
    assert report == mebench.score(whole, true, TOY)
    assert report.folds.verified


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "fold.json", fold("1"))
    with pytest.raises(mebench.MebenchError) as caught:
        merge([path, path])
    assert sorted(codes(caught.value)) == ["duplicate-video", "fold-tested-twice"]


@pytest.mark.parametrize(
    "other",
    [
        {"protocol": "other@1"},
        {"system": {"name": "another method"}},
        {"score_threshold": 0.5},
        {"folds": None},
    ],
)
def test_disagreements_are_refused(tmp_path: Path, other: dict[str, object]) -> None:
    paths = [
        write(tmp_path, "one.json", fold("1")),
        write(tmp_path, "two.json", {**fold("2"), **other}),
    ]
    with pytest.raises(mebench.MebenchError) as caught:
        merge(paths)
    assert codes(caught.value) == ["merge-conflict"]
    assert caught.value.diagnostics[0].place.file == str(paths[1])
    assert caught.value.diagnostics[0].place.pointer == "/" + next(iter(other))


def test_every_broken_file_is_reported(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "one.json", {**fold("1"), "vidoes": []}),
        write(tmp_path, "two.json", {**fold("2"), "system": {}}),
    ]
    with pytest.raises(mebench.MebenchError) as caught:
        merge(paths)
    assert {Path(one.place.file or "").name for one in caught.value.diagnostics} == {
        "one.json",
        "two.json",
    }
