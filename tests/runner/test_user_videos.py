"""Which videos a path names: files, folders of frames, folders of these; and their ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from mebench.diagnostics import MebenchError
from mebench.runner.user_videos import UserVideo, find_user_videos, is_one_video


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with videos at several depths, all of them empty files."""
    for name in (
        *("clip10.mp4", "clip2.MP4", "clip2/img1.png", "notes.txt", ".hidden/a.mp4"),
        *("s1/v.avi", "s2/v/001.jpg", "s2/v.mkv", "deep/s3/v.mov", "empty/readme.md"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "s1" / "up").symlink_to(tmp_path)
    return tmp_path


def ids(*paths: Path, subject: str | None = None) -> list[tuple[str, str]]:
    return [(one.subject, one.video) for one in find_user_videos(paths, subject=subject, fps=None)]


def test_a_folder_is_searched_in_natural_order(folder: Path) -> None:
    assert ids(folder) == [
        ("own", "clip2"),
        ("own", "clip2.MP4"),
        ("own", "clip10"),
        ("s3", "v"),
        ("s1", "v"),
        ("s2", "v"),
        ("s2", "v.mkv"),
    ]
    assert not is_one_video(folder)


def test_videos_of_one_subject_have_different_names(folder: Path) -> None:
    given = (folder / "s1" / "v.avi", folder / "deep" / "s3" / "v.mov", folder / "s1" / "v.avi")
    assert ids(*given) == [("own", "s1/v"), ("own", "s3/v")]
    assert ids(folder / "s2", subject="me") == [("me", "v"), ("me", "v.mkv")]


def test_a_path_without_a_video_is_kept_for_its_error(folder: Path) -> None:
    for name, code in (("nothing.mp4", "no-such-video"), ("empty", "frames-none")):
        [video] = find_user_videos([folder / name], subject=None, fps=1.0)
        with pytest.raises(MebenchError) as caught:
            video.open()
        assert caught.value.diagnostics[0].code == code


def test_images_beside_videos_are_ambiguous(folder: Path) -> None:
    (folder / "cover-1.png").touch()
    assert is_one_video(folder)
    [video] = find_user_videos([folder], subject=None, fps=1.0)
    with pytest.raises(MebenchError, match="1 numbered images, and also videos: clip10") as caught:
        video.open()
    assert caught.value.diagnostics[0].code == "folder-ambiguous"
    UserVideo(folder / "clip2", "own", "clip2", 1.0).open()


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = tmp_path / "\udcff"
    name.mkdir()
    (name / "1.png").touch()
    [video] = find_user_videos([name], subject=None, fps=1.0)
    with pytest.raises(MebenchError, match="not valid UTF-8"):
        video.open()
