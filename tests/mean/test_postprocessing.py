"""Options, and votes for emotions: known values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from mebench_mean.options import PRESETS, MeanOptions
from mebench_mean.postprocessing import vote_emotion, voting_pairs


def test_every_option_can_be_typed() -> None:
    for case in (1, 2, 3):
        assert MeanOptions.model_validate_strings({"case": str(case)}).case == case
    for wrong in ("0", "4", "one", "1.0", ""):
        with pytest.raises(ValidationError):
            MeanOptions.model_validate_strings({"case": wrong})
    found = MeanOptions.model_validate_strings({"half_length": "20", "k": "3", "borders": "false"})
    assert (found.half_length, found.k, found.borders) == (20, 3, False)
    with pytest.raises(ValidationError):  # a window that does not fit into memory
        MeanOptions.model_validate_strings({"half_length": "10000000000"})


def test_the_emotion_is_the_majority_class_before_the_peak() -> None:
    probabilities = np.eye(3)[[0, 1, 1, 2, 2, 2, 0]]
    assert vote_emotion(probabilities, 3, 3, 1)[0] == 1
    assert vote_emotion(probabilities, 3, 3, 2)[0] == 2
    assert vote_emotion(probabilities, 3, 3, 3)[0] == 2
    assert vote_emotion(probabilities, 0, 3, 1)[0] == 0
    assert vote_emotion(probabilities, 3, 2, 1)[1].tolist() == [0, 1, 0]
    assert voting_pairs(40, 3, 1, 7) == slice(6, 7)


def test_a_tie_goes_to_the_emotion_that_comes_first_in_time() -> None:
    assert vote_emotion(np.eye(3)[[2, 0, 0, 2, 1]], 4, 4, 1)[0] == 2
    assert vote_emotion(np.eye(3)[[1, 0, 2, 2, 0]], 5, 5, 1)[0] == 0


def test_options_of_the_user_have_priority_over_the_preset() -> None:
    assert MeanOptions().spotting_epochs == 10
    paper = MeanOptions(preset="paper", negatives=3)
    assert (paper.spotting_epochs, paper.recognition_epochs, paper.negatives) == (200, 800, 3)
    assert paper.model_fields_set == {"preset", "negatives"}
    assert PRESETS["released"].keys() == PRESETS["paper"].keys()
    unset = {key for key, value in MeanOptions() if value is None}
    assert unset == {"k", "half_length", "box", "landmark_model", "author_weights"}


def test_options_of_training_have_no_place_beside_author_weights(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="leave out --batch, --spotting-epochs"):
        MeanOptions(author_weights=tmp_path, batch=8, spotting_epochs=1)
