"""Where the frames of each video lie in a folder of the generic layout."""

from __future__ import annotations

from pathlib import Path

from mebench.datasets.contract import Video
from mebench.datasets.frames.entries import entries, is_folder
from mebench.datasets.frames.file import VIDEO_SUFFIXES, FileVideo
from mebench.datasets.frames.folder import FolderVideo
from mebench.datasets.generic.settings import DatasetSettings
from mebench.diagnostics import Findings, Place
from mebench.records.truth import TruthManifest, TruthVideo
from mebench.suggest import did_you_mean

FRAMES, VIDEOS = "frames", "videos"

VideoIds = tuple[str, str]


def is_unfit_as_file_name(identifier: str) -> bool:
    """Tell whether an id cannot be the name of a file."""
    return (
        identifier.startswith(".")
        or identifier != identifier.strip()
        or "/" in identifier
        or "\\" in identifier
        or not identifier.isprintable()
        or len(identifier.encode("utf-8", "surrogatepass")) > 200
    )


def report_unfit(truth: TruthManifest, file: str, findings: Findings) -> None:
    """Report the ids of a truth that cannot be names of files.

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    file : str
        Its file, for the findings.
    findings : Findings
        Takes them in.
    """
    for name in dict.fromkeys(
        one
        for video in truth.videos
        for one in (video.subject, video.video)
        if is_unfit_as_file_name(one)
    ):
        findings.error(
            "id-unfit",
            f"The id {name[:80]!r} cannot be the name of a file.",
            "Rename the subject or video, in the truth and on disk.",
            Place(file=file),
        )


def find_videos(
    root: Path, truth: TruthManifest, dataset: str, settings: DatasetSettings, findings: Findings
) -> list[Video]:
    """Return the videos of a truth whose frames are there, in its order.

    Parameters
    ----------
    root : Path
        The data set's folder.
    truth : TruthManifest
        Names them.
    dataset : str
        The data set's id.
    settings : DatasetSettings
        What the folder says of itself.
    findings : Findings
        Takes in videos without frames, with two places, and frames without truth.
    """
    places = _places(root, findings)
    wanted = {(one.subject, one.video) for one in truth.videos}
    spare = {unit: paths for unit, paths in places.items() if unit not in wanted}
    videos: list[Video] = []
    for one in truth.videos:
        paths = places.get((one.subject, one.video), [])
        here = Place(file=str(root), subject=one.subject, video=one.video)
        if not paths:
            findings.error(
                "video-without-frames",
                "There is no folder of frames and no video file for the video."
                + did_you_mean("/".join((one.subject, one.video)), map("/".join, spare)),
                "The frames lie in frames/SUBJECT/VIDEO/, or in videos/SUBJECT/VIDEO.mp4.",
                here,
            )
        elif len(paths) > 1:
            named = " and ".join(str(path.relative_to(root)) for path in paths)
            findings.error(
                "frames-ambiguous", f"The video lies in {named}.", "Remove all but one.", here
            )
        else:
            videos.append(_video(paths[0], one, dataset, settings))
    for (subject, video), paths in spare.items():
        findings.warning(
            "frames-without-truth",
            "The truth does not name the video, and its frames were ignored.",
            "Is it missing in the truth? A video without expressions belongs there too.",
            Place(file=str(paths[0]), subject=subject, video=video),
        )
    return videos


def _video(path: Path, one: TruthVideo, dataset: str, settings: DatasetSettings) -> Video:
    fps = one.fps if one.fps is not None else settings.fps
    if path.is_dir():
        return FolderVideo(
            path,
            dataset=dataset,
            subject=one.subject,
            video=one.video,
            fps=fps,
            origin=settings.first_frame,
        )
    return FileVideo(
        path,
        dataset=dataset,
        subject=one.subject,
        video=one.video,
        fps=fps,
        n_frames=one.n_frames,
    )


def _places(root: Path, findings: Findings) -> dict[VideoIds, list[Path]]:
    """Return all folders and video files that can be a video's, by subject and video."""
    found: dict[VideoIds, list[Path]] = {}
    for base in (root / FRAMES, root / VIDEOS, root):
        for subject in entries(base, findings):
            if not is_folder(subject) or (base == root and subject.name in {FRAMES, VIDEOS}):
                continue
            for entry in entries(Path(subject.path), findings):
                path = Path(entry.path)
                if is_folder(entry):
                    found.setdefault((subject.name, entry.name), []).append(path)
                elif path.suffix.lower() in VIDEO_SUFFIXES:
                    found.setdefault((subject.name, path.stem), []).append(path)
    return found
