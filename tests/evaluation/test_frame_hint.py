"""The hint at wrong frames: named for the common mistakes, never for chance or a good method."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mebench.evaluation.validate import validate
from tests.cli.running import SCORED, mebench
from tests.datasets.licensed.shared import STRS_PREDICTIONS, STRS_TRUTH, needs
from tests.evaluation.documents import TOY, TOY_TOML, interval, submission, truth, write

HINTS = {"frames-shifted", "frame-rate-mismatch"}
LENGTH = 2000

Intervals = list[tuple[str, int, int]]


def drawn(seed: int, number: int, duration: int, videos: int = 20) -> Intervals:
    """Draw intervals at random places of ``videos`` videos, about ``duration`` long."""
    rng = np.random.default_rng(seed)
    lengths = np.maximum(1, rng.normal(duration, duration / 4, number)).astype(int)
    onsets = rng.integers(0, LENGTH - lengths.max(), number)
    names = [f"{one}/a" for one in rng.integers(0, videos, number)]
    ends = (onsets + lengths - 1).tolist()
    return list(dict.fromkeys(zip(names, onsets.tolist(), ends, strict=True)))


def found(tmp_path: Path, true: Intervals, predicted: Intervals) -> list[Any]:
    """Return the hints that a score gives; validate gives the same ones."""

    def videos(rows: Intervals) -> dict[str, list[Any]]:
        names = {name for name, _, _ in [*true, *predicted]}
        return {
            name: [interval(first, last) for video, first, last in rows if video == name]
            for name in sorted(names)
        }

    write(tmp_path, "toy.toml", TOY_TOML)
    truth_file = write(tmp_path, "t.json", truth(videos(true), n_frames=20 * LENGTH))
    path = write(tmp_path, "p.json", submission(videos(predicted)))
    findings, _ = validate(path, truth=truth_file, protocol=TOY)
    return [one for one in findings.kept if one.code in HINTS]


TRUE = drawn(1, 60, 30)


@pytest.mark.parametrize(
    ("moved", "code", "phrase"),
    [
        (lambda frame: frame // 7, "frame-rate-mismatch", "multiplied by 7,"),
        (lambda frame: frame // 8, "frame-rate-mismatch", "multiplied by 8,"),
        (lambda frame: frame * 3 // 20, "frame-rate-mismatch", "multiplied by 20/3,"),
        (lambda frame: frame * 7, "frame-rate-mismatch", "divided by 7,"),
        (lambda frame: frame + 15, "frames-shifted", "lowered by 1"),
        (lambda frame: frame + 1, "frames-shifted", "lowered by 1, 60 predictions would be equal"),
        (lambda frame: max(frame - 1, 0), "frames-shifted", "raised by 1, 60"),
    ],
)
def test_mistakes_are_named_and_not_corrected(
    tmp_path: Path, moved: Any, code: str, phrase: str
) -> None:
    predicted = [(video, moved(first), moved(last)) for video, first, last in TRUE]
    [hint] = found(tmp_path, TRUE, predicted)
    assert (hint.code, hint.severity) == (code, "warning")
    assert phrase in hint.message
    run = mebench(tmp_path, "score", "p.json", *SCORED, "--format", "json")
    report = json.loads(run.out)
    assert [one["message"] for one in report["findings"]] == [hint.message]
    by_one = phrase.endswith("1, 60") or "equal" in phrase
    assert report["counts"]["spotting"]["tp"] < 15 or by_one


@pytest.mark.parametrize("duration", [4, 15, 30, 60, 210])
@pytest.mark.parametrize("number", [20, 60, 400, 4000])
def test_chance_gives_no_hint(tmp_path: Path, duration: int, number: int) -> None:
    for seed in range(3):
        predicted = drawn(100 + seed, number, duration, videos=(1, 3, 20)[seed])
        true = drawn(seed, 60, 30, videos=(1, 3, 20)[seed])
        assert found(tmp_path, true, predicted) == []


def test_a_constant_prediction_gives_no_hint(tmp_path: Path) -> None:
    true = [(f"{one}/a", 40 + one % 3, 69 + one % 3) for one in range(60)]
    assert found(tmp_path, true, [(f"{one}/a", 22, 51) for one in range(60)]) == []


def test_a_good_method_gets_no_hint(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    near = [
        (v, max(0, a + d), b + d)
        for (v, a, b), d in zip(TRUE, rng.integers(2, 8, 60).tolist(), strict=True)
    ]
    assert found(tmp_path, TRUE, [*near, *drawn(9, 100, 30)]) == []


def test_the_remedy_works_when_followed(tmp_path: Path) -> None:
    found(tmp_path, TRUE, [])
    rows = "".join(f"{v[:-2]},a,{a + 1},{b + 1},negative\n" for v, a, b in TRUE)
    write(tmp_path, "p.csv", "subject,video,onset,offset,emotion\n" + rows)
    run = mebench(tmp_path, "validate", "p.csv", *SCORED)
    assert "If the predictions count frames from 1, pass --first-frame 1." in run.said
    run = mebench(tmp_path, "validate", "p.csv", *SCORED, "--first-frame", "1")
    assert not run.codes("warning") & HINTS
    run = mebench(tmp_path, "validate", "p.csv", *SCORED, "--first-frame", "0")
    assert run.codes("warning") & HINTS


@needs(STRS_TRUTH, STRS_PREDICTIONS)
def test_the_released_predictions_get_no_hint(tmp_path: Path) -> None:
    findings, _ = validate(STRS_PREDICTIONS, truth=STRS_TRUTH, protocol="casme2-str@1")
    assert not {one.code for one in findings.kept} & HINTS
