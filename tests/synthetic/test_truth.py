"""The truths of the presets: the committed files agree with the generator."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

from mebench.datasets.registry import adapter, open_dataset
from mebench.protocols.loader import load_protocol
from mebench.util.atomic_write import to_json_text
from mebench.util.resources import shipped_truth_path
from mebench_synthetic.recipe import PRESETS, STANDARD, Recipe
from mebench_synthetic.truth import truth_of


@pytest.mark.parametrize("name", PRESETS)
def test_committed_truth_is_what_the_recipe_makes(name: str) -> None:
    path = shipped_truth_path(name)
    assert path is not None
    assert path.read_text(encoding="utf-8") == to_json_text(truth_of(PRESETS[name]).to_json())


def test_truth_needs_no_rendering() -> None:
    """Nor numerical libraries: all numbers are integers."""
    code = (
        "import sys; from mebench_synthetic.truth import truth_of;"
        "from mebench_synthetic.recipe import STANDARD; truth_of(STANDARD);"
        "print([name for name in ('numpy', 'cv2', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", PRESETS)
def test_every_class_with_every_subject(name: str) -> None:
    seen: dict[str, set[str]] = {}
    micro = 0
    for video in truth_of(PRESETS[name]).videos:
        assert video.n_frames is not None and 300 <= video.n_frames <= 360
        for row in video.intervals or ():
            assert row["onset"] <= (row.get("apex") or 0) <= row["offset"] < video.n_frames
            if row.get("kind") == "micro":
                micro += 1
                assert 8 <= row["offset"] - row["onset"] + 1 <= 15
                seen.setdefault(video.subject, set()).add(row.get("emotion") or "")
    assert len(seen) == 8
    assert all(emotions == {"negative", "positive", "surprise"} for emotions in seen.values())
    assert micro >= 40


@pytest.mark.parametrize("name", PRESETS)
def test_protocol_and_adapter_state_its_counts(name: str) -> None:
    truth = truth_of(PRESETS[name])
    micro = [
        row for video in truth.videos for row in video.intervals or () if row.get("kind") == "micro"
    ]
    expected = load_protocol(f"{name}-str").expected
    assert (expected.subjects, expected.videos, expected.samples) == (8, 16, len(micro))
    assert expected.classes == dict(Counter(row.get("emotion") for row in micro))
    extent = adapter(name).extent
    assert (extent.subjects, extent.videos, extent.expressions) == (8, 16, len(micro))
    assert open_dataset(name).truth() == truth


def test_another_seed_is_another_truth() -> None:
    def made(seed: int) -> Recipe:
        return Recipe.custom(
            subjects=2, videos=1, fps=30, seconds=8, intensity=(0.2, 0.4), noise=1, seed=seed
        )

    assert truth_of(made(1)).to_json()["videos"] != truth_of(made(2)).to_json()["videos"]
    assert made(1).id != made(2).id
    assert truth_of(made(1)) == truth_of(made(1))


def test_other_presets_are_rejected_by_the_standard_protocol() -> None:
    from mebench import score
    from mebench.diagnostics import MebenchError

    submission = {
        "format": "mebench-submission/1",
        "protocol": "synthetic-str@1",
        "system": {"name": "x"},
        "videos": [],
    }
    with pytest.raises(MebenchError) as caught:
        score(submission, truth_of(PRESETS["synthetic-easy"]))
    assert {finding.code for finding in caught.value.diagnostics} == {"unknown-dataset"}


def test_digests_of_presets_differ() -> None:
    digests = {recipe.digest for recipe in PRESETS.values()}
    assert len(digests) == len(PRESETS)
    assert json.loads(to_json_text(truth_of(STANDARD).to_json()))["dataset"] == "synthetic"
