"""MDMD: hand-worked blocks, the published frame counts, and a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from mebench.runner import UnseenVideo
from mebench_classics.mdmd import (
    Mdmd,
    MdmdOptions,
    block_difference,
    length_limits,
    main_direction,
    mdmd_feature,
    mean_of_largest,
    relative_differences,
    runs_above,
)
from tests.classics.spotting import spot, spotting_fold
from tests.vision.faces.videos import ShortVideo


def flow(*vectors: tuple[float, float]) -> NDArray[np.float32]:
    """Return a flow of one row."""
    return np.array([vectors], np.float32)


def test_the_main_direction_is_the_quadrant_of_most_pixels() -> None:
    # Quadrants by angle, y down: (1, 1) in the first, (-1, 1) second, (-1, -1) third, (1, -1) last.
    field = flow((1, 1), (-1, -1), (-2, -1), (1, -1), (-1, 1))
    assert main_direction(field).tolist() == [[False, True, True, False, False]]
    # Of equal ones, the first quadrant; its boundary (1, 0) belongs to it, (0, 1) to the second.
    assert main_direction(flow((0, 1), (1, 0))).tolist() == [[False, True]]
    assert main_direction(flow((-1e-9, -1.0), (1.0, -1e-9))).any()


def test_opposite_directions_are_not_one() -> None:
    """In the authors' code they are, by an arctangent of a quotient."""
    field = flow((1, 1), (2, 2), (-1, -1))
    assert main_direction(field).tolist() == [[True, True, False]]


def test_a_block_is_the_mean_of_the_largest_third_of_its_differences() -> None:
    # Main direction: the first five of six pixels. Lengths to the frame: 5, 1, 2, 3, 4; to the
    # tail: 1 each. Differences: 4, 0, 1, 2, 3; a third of five, rounded, is two: (4 + 3) / 2.
    # The last pixel moves most, but in another direction.
    to_frame = flow((3, 4), (1, 0), (2, 0), (3, 0), (4, 0), (-9, -9))
    to_tail = flow((0, 1), (1, 0), (1, 0), (0, -1), (-1, 0), (0, 0))
    assert block_difference(to_frame, to_tail) == pytest.approx(3.5)


def test_a_third_is_rounded_and_at_least_one() -> None:
    for count, largest in ((1, [0]), (2, [1]), (4, [3]), (5, [4, 3]), (7, [6, 5])):
        assert mean_of_largest(np.arange(float(count))) == np.mean(largest)


def test_a_face_is_the_mean_of_the_third_of_its_blocks() -> None:
    # 2 x 2 blocks of 2 x 2 pixels that move right by 1, 2, 3 and 4, and the row and the column
    # beyond them by 9; the tail does not move. A third of four blocks is one: 4.
    to_frame = np.zeros((5, 5, 2), np.float32)
    to_frame[..., 0] = 9
    for index, (row, column) in enumerate(np.ndindex(2, 2)):
        to_frame[2 * row : 2 * row + 2, 2 * column : 2 * column + 2, 0] = index + 1
    assert mdmd_feature(to_frame, np.zeros_like(to_frame), 2) == 4


def test_a_feature_is_compared_with_those_before_and_after() -> None:
    # 5 - (1 + 3) / 2 = 3; 0 - (2 + 4) / 2 = -3
    assert relative_differences(np.array([1.0, 2, 5, 0, 3, 4]), 2).tolist() == [3, -3]
    assert len(relative_differences(np.ones(4), 2)) == 0


def test_runs() -> None:
    values = np.array([3.0, 3, 1, 2, 3, 1, 4])
    assert runs_above(values, 2) == [(0, 1), (4, 4), (6, 6)]
    assert runs_above(values, 0) == [(0, 6)]
    assert runs_above(values, 4) == runs_above(np.zeros(0), 0) == []


def test_lengths_are_those_of_the_authors_code() -> None:
    assert [length_limits(fps, "micro") for fps in (30, 200)] == [(7, 16), (47, 105)]
    assert [length_limits(fps, "macro")[0] for fps in (30, 200)] == [17, 106]


def test_k_is_that_of_the_paper_and_halved_in_short_videos() -> None:
    baseline = Mdmd(MdmdOptions())

    def k(fps: float, frames: int) -> list[int]:
        video = UnseenVideo(ShortVideo([np.zeros((1, 1, 3), np.uint8)] * frames, fps))
        return [baseline.k_for(video, "micro"), baseline.k_for(video, "macro")]

    assert k(30, 1000) == [12, 39]
    assert k(200, 2000) == [80, 260]
    assert k(30, 120) == [12, 20]
    assert k(30, 3) == [1, 1]


def test_both_kinds_are_spotted(tmp_path: Path) -> None:
    baseline = Mdmd(MdmdOptions(micro_share=0.1, macro_share=0.1))
    prediction = spot(baseline, spotting_fold(tmp_path))
    assert prediction.score_threshold is None
    assert set(prediction.curves) == {
        *("micro-feature", "micro-relative", "macro-feature", "macro-relative"),
    }
    for one in prediction.spotted:
        shortest, longest = length_limits(30, one.kind or "micro")
        assert shortest <= one.offset - one.onset + 1 <= longest
    assert baseline.deviations() and baseline.dependencies() and baseline.requirements()
