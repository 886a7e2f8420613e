"""Build the truth and the videos of a copy: join the annotation rows with the frames on disk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FolderVideo
from mebench.datasets.frames.video_file import FileVideo
from mebench.datasets.licensed.annotation import Annotation, to_interval
from mebench.datasets.licensed.disk_layout import FoundVideo
from mebench.datasets.licensed.local_copy import LocalCopy, NormalizedName
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TRUTH_FORMAT, TruthInterval, TruthManifest, TruthSample, TruthVideo
from mebench.protocols.id_matching import subject_from_name
from mebench.util.text import did_you_mean, pluralize


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that compares numbers within names by value."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", name)
    return [(0, int(number), "") if number else (1, 0, text) for number, text in parts]


class TruthBuilder:
    """Joins the repaired rows of the sheets with the videos on disk; reports the differences."""

    def __init__(
        self,
        copy: LocalCopy,
        rows: Sequence[Annotation],
        findings: Findings,
        *,
        dataset: str,
        fps: float | None,
        long_videos: bool,
        has_samples: bool,
    ) -> None:
        self._copy, self._rows, self._findings = copy, rows, findings
        self._dataset, self._fps = dataset, fps
        self._long_videos, self._has_samples = long_videos, has_samples

    @cached_property
    def names(self) -> dict[NormalizedName, tuple[str, str]]:
        """Subject and video of each key, in natural order; spelled like the folders if possible."""
        copy, names = self._copy, {}
        for row in self._rows:
            on_disk = copy.find(row.subject, row.video)
            names[copy.key(row.subject, row.video)] = (
                (row.subject, row.video)
                if on_disk is None
                else (on_disk.subject or row.subject, on_disk.video)
            )
        for key, on_disk in copy.videos.items() if self._long_videos else ():
            subject = (
                on_disk.subject or subject_from_name(copy.rule, on_disk.video) or on_disk.video
            )
            names.setdefault(key, (subject, on_disk.video))
        return dict(sorted(names.items(), key=lambda item: [*map(natural_key, item[1])]))

    @cached_property
    def videos(self) -> dict[NormalizedName, Video]:
        """The videos whose frames were found and can be counted."""
        origins = {self._copy.key(row.subject, row.video): row.counted_from for row in self._rows}
        videos: dict[NormalizedName, Video] = {}
        for key, name in self.names.items():
            on_disk = self._copy.find(*name)
            if on_disk is None:
                self._report_missing(name)
                continue
            video = self._video(on_disk.path, name, origins.get(key, 1))
            try:
                _ = video.n_frames
            except MebenchError as error:
                self._findings.extend_from(error)
            else:
                videos[key] = video
        return videos

    @cached_property
    def _unnamed(self) -> list[FoundVideo]:
        """The videos on disk that no row names."""
        on_disk = (self._copy.find(row.subject, row.video) for row in self._rows)
        named = {video.path for video in on_disk if video is not None}
        return [video for video in self._copy.videos.values() if video.path not in named]

    @cached_property
    def expressions(self) -> dict[NormalizedName, list[TruthInterval]]:
        """The expressions of each video, in the order of their onsets."""
        expressions: dict[NormalizedName, list[TruthInterval]] = {}
        for row in self._rows:
            interval = to_interval(row, self._findings)
            if interval is None:
                continue
            key = self._copy.key(row.subject, row.video)
            intervals = expressions.setdefault(key, [])
            if intervals and self._has_samples:
                self._findings.error(
                    "annotation-doubled",
                    f"{row}: the sheet has an earlier row for the clip, but a clip has one "
                    "expression.",
                    "Remove the wrong row.",
                    row.place,
                )
            if key in self.videos and interval["offset"] >= self.videos[key].n_frames:
                self._report_outside(row, self.videos[key].n_frames)
            intervals.append(interval)
        for intervals in expressions.values():
            intervals.sort(key=lambda interval: (interval["onset"], interval["offset"]))
        return expressions

    def truth(self) -> TruthManifest:
        """Return the truth; the length of a video with missing frames is left unknown."""
        names, videos, expressions = self.names, self.videos, self.expressions
        lengths = {
            key: video.n_frames
            for key, video in videos.items()
            if all(interval["offset"] < video.n_frames for interval in expressions.get(key, ()))
        }
        self._report_unnamed()
        return TruthManifest(
            format=TRUTH_FORMAT,
            dataset=self._dataset,
            videos=[
                TruthVideo(
                    subject=subject,
                    video=video,
                    fps=self._fps or (videos[key].fps if key in videos else None),
                    n_frames=lengths.get(key),
                    intervals=expressions.get(key, []),
                )
                for key, (subject, video) in names.items()
            ],
            samples=[
                _sample(name, expressions[key][0])
                for key, name in names.items()
                if self._has_samples and len(expressions.get(key, ())) == 1
            ],
        )

    def _video(self, path: Path, name: tuple[str, str], origin: int) -> Video:
        subject, video = name
        dataset, fps = self._dataset, self._fps
        if path.is_dir():
            return FolderVideo(
                path, dataset=dataset, subject=subject, video=video, fps=fps, origin=origin
            )
        return FileVideo(path, dataset=dataset, subject=subject, video=video, fps=fps)

    def _report_missing(self, name: tuple[str, str]) -> None:
        if self._copy.base is None:
            return  # frames-none is reported for the whole copy
        subject, video = name
        unnamed = [on_disk.spelled for on_disk in self._unnamed]
        self._findings.error(
            "video-without-frames",
            "The sheet names the video, but there is no folder of frames and no video file for it."
            + did_you_mean("/".join(name), unnamed),
            f"Store frames as in {self._copy.layout.example}.",
            Place(file=str(self._copy.base), dataset=self._dataset, subject=subject, video=video),
        )

    def _report_unnamed(self) -> None:
        """Report the videos on disk that no sheet names."""
        for video in () if self._long_videos else self._unnamed:
            self._findings.error(
                "frames-without-truth",
                "The sheet does not name the video; its frames are ignored.",
                "Check that the sheet and the frames are of the same release.",
                Place(file=str(video.path), subject=video.subject or None, video=video.video),
            )

    def _report_outside(self, row: Annotation, n_frames: int) -> None:
        self._findings.error(
            "frame-outside-video",
            f"{row}: the offset, {row.offset}, is after the last frame; the video has "
            f"{pluralize(n_frames, 'frame')}, and the first is number {row.counted_from}.",
            "Copy the frames again, or compare the row with the original sheet.",
            row.place,
        )


def _sample(name: tuple[str, str], interval: TruthInterval) -> TruthSample:
    subject, video = name
    return TruthSample(
        subject=subject,
        sample=video,
        video=video,
        onset=interval["onset"],
        apex=interval.get("apex"),
        offset=interval["offset"],
        emotion=interval.get("emotion"),
    )
