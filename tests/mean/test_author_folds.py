"""The authors' weights under leave-one-subject-out: the file of each fold, and its answers."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from mebench import MebenchError, UsageError
from mebench.protocols.loader import load_protocol
from mebench.runner import RunConfig, Trained
from mebench_mean.author_folder import AuthorFolder, fold_number
from mebench_mean.author_folds import AuthorModels
from mebench_mean.author_weights import CLASSES, read_weight_file
from mebench_mean.baseline import Mean
from mebench_mean.final_model import FinalModel
from mebench_mean.flow_magnitude import FlowMagnitude
from mebench_mean.grad_cam import explain
from mebench_mean.options import MeanOptions
from mebench_mean.studies import STUDIES
from mebench_mean.training import outputs
from mebench_vision.features.feature_cache import video_features
from tests.mean.folds import spotting_fold
from tests.mean.test_final_model import write
from tests.mean.test_network import FILES, needs_weights

OF_CASME_SQ = (2, 3, 5, 7, 8, 9, 10, 12, 14)
"""Numbers of the recognition files in the authors' folder of CAS(ME)²."""


def empty_files(folder: Path, spotting: int, recognition: tuple[int, ...]) -> AuthorFolder:
    """Make a folder of empty files with the authors' names."""
    for name, numbers in (("spot", range(1, spotting + 1)), ("recog", recognition)):
        (folder / name).mkdir(parents=True)
        for number in numbers:
            (folder / name / f"s{number}.hdf5").touch()
    return AuthorFolder(folder)


def authors_loop(recognized: list[int], subjects: int) -> dict[int, int]:
    """Return which subject each recognition file leaves out, by the authors' loop over the folds.

    ``recognized`` are the subjects with an expression in a class, counted from 0.
    """
    files: list[int | None] = []
    for number, left_out in enumerate(recognized):
        if number not in recognized:
            files.append(None)
        files.append(left_out)
    assert len(files) == subjects
    return {place + 1: left_out + 1 for place, left_out in enumerate(files) if left_out is not None}


def test_casme_sq_is_shifted_as_in_the_authors_loop(tmp_path: Path) -> None:
    # The only nine of fourteen subjects for which the loop writes the files that exist.
    recognized = [1, 4, 5, 6, 9, 10, 11, 12, 13]
    left_out = authors_loop(recognized, 14)
    assert tuple(left_out) == OF_CASME_SQ
    # As published facts have it, three subjects are in the training of the file of their number.
    own = {file for file, subject in left_out.items() if file != subject and file - 1 in recognized}
    assert own == {5, 10, 12}
    folder = empty_files(tmp_path, 14, OF_CASME_SQ)
    for file, subject in left_out.items():
        assert folder.recognition_file(subject).name == f"s{file}.hdf5"
    sentences = " ".join(folder.deviations())
    assert "5: 3, 6: 5, 10: 8, 11: 9, 12: 10, 13: 12)" in sentences
    assert "folds 1, 3, 4, 8, 9," in sentences


def test_other_folders_are_in_order(tmp_path: Path) -> None:
    numbers = tuple(number for number in range(1, 30) if number != 19)
    sammlv = empty_files(tmp_path / "SAMMLV", 29, numbers)
    assert [sammlv.recognition_file(fold).name for fold in (1, 18, 19, 20, 29)] == [
        *("s1.hdf5", "s18.hdf5", "s20.hdf5", "s20.hdf5", "s29.hdf5"),
    ]
    [sentence] = sammlv.deviations()
    assert "the folds 19," in sentence
    casme2 = empty_files(tmp_path / "CASME2", 26, tuple(range(1, 27)))
    assert casme2.deviations() == []
    assert list(casme2.spotting) == list(range(1, 27))


def test_folds_are_numbered_by_the_numbers_in_ids() -> None:
    assert [fold_number(one, ["s20", "s3", "s15"]) for one in ("s3", "s15", "s20")] == [1, 2, 3]
    assert fold_number("sub10", ["sub09", "sub10", "sub01"]) == 3
    assert fold_number("007", ["006", "007"]) == 2


def test_folders_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    folder = empty_files(tmp_path / "a", 3, (1, 2))
    folder.check(["a", "b", "c"], recognizes=True)
    spotting_only = empty_files(tmp_path / "b", 2, ())
    spotting_only.check(["a", "b"], recognizes=False)
    for one, subjects in ((folder, 2), (folder, 4), (spotting_only, 2)):
        with pytest.raises(UsageError, match="author-folder"):
            one.check(["x"] * subjects, recognizes=True)
    with pytest.raises(UsageError, match=r"spot/s1\.hdf5"):
        AuthorFolder(tmp_path / "none").check(["a"], recognizes=True)
    baseline = Mean(MeanOptions(author_weights=folder.path))
    baseline.protocol = load_protocol("megc2019-cde")
    with pytest.raises(UsageError, match="author-folder"):
        baseline.check([])


def test_what_trains_or_has_no_networks_refuses_the_folder(tmp_path: Path) -> None:
    options = MeanOptions(author_weights=tmp_path)
    fold = spotting_fold(tmp_path / "store")
    config = RunConfig(Mean, options, fold.protocol, (), tmp_path)
    control = FlowMagnitude(options)
    control.protocol = fold.protocol
    for refusing in (
        lambda: Mean(options).train(fold),
        lambda: STUDIES["learning"].make(config, "", print),
        lambda: STUDIES["cost"].make(config, "", print),
        lambda: control.check([]),
        lambda: FinalModel(Trained((), False, {}), options),
    ):
        with pytest.raises(UsageError, match=r"author-folder.*--author-weights is for runs"):
            refusing()


def test_another_class_count_is_refused(tmp_path: Path) -> None:
    folder = empty_files(tmp_path / "w", 2, (1, 2)).path
    for number in (1, 2):
        write(folder / "spot" / f"s{number}.hdf5", [1])
        write(folder / "recog" / f"s{number}.hdf5", [5])
    fold = spotting_fold(tmp_path / "store")
    models = AuthorModels(fold, MeanOptions(author_weights=folder))
    with pytest.raises(MebenchError, match=r"weights-lacking.*disgust"):
        models.emotions(fold.test[0])


@needs_weights
def test_a_fold_predicts_with_the_file_without_its_subject(tmp_path: Path) -> None:
    for name in ("spot", "recog"):
        (tmp_path / "w" / name).mkdir(parents=True)
        source = next(one for one in FILES if one.stem.startswith(f"SAMMLV-{name}-"))
        shutil.copyfile(source, tmp_path / "w" / name / "s2.hdf5")
        write(tmp_path / "w" / name / "s1.hdf5", [1 if name == "spot" else 3])
    options = MeanOptions(author_weights=tmp_path / "w")
    fold = spotting_fold(tmp_path / "store")
    [video] = fold.test
    assert video.subject == "s02"
    models = AuthorModels(fold, options)
    features = video_features(video, options.features(), fold.store)["features"]
    for task, answer in (("spot", models.curve(video)), ("recog", models.emotions(video))):
        weights = read_weight_file(tmp_path / "w" / task / "s2.hdf5")
        network = (models.spotting if task == "spot" else models.recognition).model
        weights.load_into(network)
        expected = outputs(network, features)
        if task == "recog":
            order = [CLASSES[3].index(name) for name in fold.protocol.classes]
            expected = expected[:, order]
        np.testing.assert_allclose(answer, expected.squeeze(), atol=1e-6)
    [prediction] = Mean(options).predict(fold)
    assert prediction.spotted  # type: ignore[union-attr]
    maps = explain(fold, options, video, 5)  # with these networks: others would be trained
    assert set(maps) == {"face", "spotting", "recognition"}
    key = Mean(options).dependencies()["author_weights"]
    shutil.copyfile(tmp_path / "w" / "spot" / "s2.hdf5", tmp_path / "w" / "spot" / "s1.hdf5")
    assert Mean(options).dependencies()["author_weights"] != key
