"""Frames outside the video: an error in a native file, kept in a foreign one, clipped if asked."""

from __future__ import annotations

from pathlib import Path

import pytest

import mebench
from tests.evaluation.documents import TOY, codes, interval, submission, truth, write

TRUE = truth({"1/a": [interval(0, 9), interval(90, 99)], "1/b": []})
HEAD = "subject,video,onset,offset,emotion\n"


@pytest.mark.parametrize(
    ("onset", "offset", "code", "field"),
    [
        (-1, 9, "frame-outside-video", "onset"),
        (90, 100, "frame-outside-video", "offset"),
        (-5, 200, "frame-outside-video", "onset"),
        (-9, -1, "interval-outside-video", "onset"),
        (100, 110, "interval-outside-video", "onset"),
        (9, 8, "offset-before-onset", "offset"),
        (120, 110, "offset-before-onset", "offset"),
    ],
)
def test_native_files(onset: int, offset: int, code: str, field: str) -> None:
    document = submission({"1/a": [interval(3, 4), interval(onset, offset)]})
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document, TRUE, TOY)
    (found, *more) = caught.value.diagnostics
    assert (found.code, found.place.pointer) == (code, f"/videos/0/intervals/1/{field}")
    assert f"[{onset}, {offset}]" in found.message
    assert {one.code for one in more} <= {"interval-outside-video"}
    partly = code == "frame-outside-video"
    assert ("0 to 99" in found.message) is (code != "offset-before-onset")
    if partly:
        report = mebench.score(document, TRUE, TOY, clip=True)
        assert "|frames:clipped|" in report.signature
    else:
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(document, TRUE, TOY, clip=True)
        assert code in codes(caught.value)


@pytest.mark.parametrize(("onset", "offset"), [(0, 0), (0, 99), (99, 99)])
def test_the_first_and_the_last_frame_are_inside(onset: int, offset: int) -> None:
    report = mebench.score(submission({"1/a": [interval(onset, offset)]}), TRUE, TOY)
    assert report.findings == []


def test_clipping_moves_the_apex_along() -> None:
    document = submission({"1/a": [interval(-5, 9, apex=-3), interval(90, 120, apex=110)]})
    report = mebench.score(document, TRUE, TOY, clip=True)
    assert report.metrics["spotting_f1"].value == 1
    (warning,) = report.findings
    assert warning.code == "frames-clipped" and warning.message.startswith("2 intervals")


def test_foreign_files_keep_theirs_and_are_flagged(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", HEAD + "1,a,-5,9,negative\n1,a,90,120,negative\n")
    kept = mebench.score(path, TRUE, TOY)
    assert "|frames:kept|" in kept.signature
    assert [one.code for one in kept.findings] == ["frames-kept"]
    # [0, 9] of [-5, 9] is 10 of 15 frames; [90, 99] of [90, 120] is 10 of 31.
    spotting = kept.counts.spotting
    assert spotting is not None and spotting.tp == 1
    clipped = mebench.score(path, TRUE, TOY, clip=True)
    assert clipped.metrics["spotting_f1"].value == 1


def test_wholly_outside_is_an_error_everywhere(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", HEAD + "1,a,100,120,negative\n")
    for clip in (False, True):
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(path, TRUE, TOY, clip=clip)
        assert codes(caught.value) == ["interval-outside-video"]


def test_an_unknown_length_is_said() -> None:
    unknown = truth({"1/a": [interval(0, 9)], "1/b": []}, n_frames=None)
    report = mebench.score(submission({"1/a": [interval(500, 600)], "1/b": []}), unknown, TOY)
    (warning,) = report.findings
    assert warning.code == "frames-unchecked"
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(submission({"1/a": [interval(-1, 9)]}), unknown, TOY)
    assert codes(caught.value) == ["frame-outside-video"], "0 is the first frame all the same"


@pytest.mark.parametrize(("apex", "is_sound"), [(9, False), (10, True), (20, True), (21, False)])
def test_an_apex_lies_inside_its_interval(apex: int, is_sound: bool) -> None:
    document = submission({"1/a": [interval(10, 20, apex=apex)]})
    if is_sound:
        mebench.score(document, TRUE, TOY)
        return
    with pytest.raises(mebench.MebenchError) as caught:
        mebench.score(document, TRUE, TOY)
    assert codes(caught.value) == ["apex-outside"]


def test_the_truth_is_checked_too() -> None:
    for rows, code in (
        ([interval(90, 100)], "frame-outside-video"),
        ([interval(9, 3)], "offset-before-onset"),
        ([interval(3, 9, apex=1)], "apex-outside"),
        ([interval(200, 300)], "interval-outside-video"),
    ):
        with pytest.raises(mebench.MebenchError) as caught:
            mebench.score(submission({}), truth({"1/a": rows}), TOY, clip=True)
        assert codes(caught.value) == [code]
