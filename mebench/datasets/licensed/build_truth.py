"""Build the truth and the videos of a copy: join the annotation rows with the frames on disk."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.frames.video_file import open_video
from mebench.datasets.licensed.annotation_rows import Annotation
from mebench.datasets.licensed.disk_layout import FoundVideo
from mebench.datasets.licensed.local_copy import LocalCopy, NormalizedName
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import (
    TRUTH_FORMAT,
    TruthEvent,
    TruthInterval,
    TruthManifest,
    TruthSample,
    TruthVideo,
)
from mebench.protocols.id_matching import subject_from_name
from mebench.util.text import did_you_mean, pluralize


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that compares numbers within names by value."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", name)
    return [(0, int(number), "") if number else (1, 0, text) for number, text in parts]


@dataclass
class TruthBuilder:
    """Joins the repaired rows of the sheets with the videos on disk; reports the differences."""

    copy: LocalCopy
    rows: Sequence[Annotation]
    findings: Findings
    fps: float | None
    long_videos: bool
    has_samples: bool
    unlabeled: Collection[NormalizedName]

    @property
    def dataset(self) -> str:
        """The id of the data set."""
        return self.copy.rule.id

    @cached_property
    def names(self) -> dict[NormalizedName, tuple[str, str]]:
        """Subject and video of each key, in natural order; spelled like the folders if possible."""
        copy = self.copy
        names: dict[NormalizedName, tuple[str, str]] = {}
        subjects = {key[0]: video.subject for key, video in copy.videos.items() if video.subject}
        for row in self.rows:
            on_disk = copy.find(row.subject, row.video)
            key = copy.key(row.subject, row.video)
            subject = subjects.setdefault(key[0], row.subject)
            names.setdefault(key, (subject, row.video if on_disk is None else on_disk.video))
        for on_disk in self._unnamed if self.long_videos else ():
            video = on_disk.video
            subject = on_disk.subject or subject_from_name(copy.rule, video) or video
            names.setdefault(copy.key(subject, video), (subject, video))
        return dict(sorted(names.items(), key=lambda item: [*map(natural_key, item[1])]))

    @cached_property
    def videos(self) -> dict[NormalizedName, Video]:
        """The videos whose frames were found and can be counted."""
        rows, videos = self._row_by_video, dict[NormalizedName, Video]()
        for key, name in self.names.items():
            on_disk = self.copy.find(*name)
            if on_disk is None:
                if self.copy.base is not None:  # else frames-none is reported for the whole copy
                    self._report_missing(*name, self.copy.base)
                continue
            row = rows.get(key)
            fps = self.fps if row is None or row.fps is None else row.fps
            origin = 1 if row is None else row.counted_from
            if row is not None and row.file_origin is not None:
                origin = row.file_origin
            video = open_video(on_disk.path, self.dataset, *name, fps, origin)
            try:
                _ = video.n_frames
                self._check_first_file(video)
            except MebenchError as error:
                self.findings.extend_from(error)
            else:
                videos[key] = video
        return videos

    @cached_property
    def _row_by_video(self) -> dict[NormalizedName, Annotation]:
        return {self.copy.key(row.subject, row.video): row for row in self.rows}

    @cached_property
    def _unnamed(self) -> list[FoundVideo]:
        """The videos on disk that no row names."""
        on_disk = (self.copy.find(row.subject, row.video) for row in self.rows)
        named = {video.path for video in on_disk if video is not None}
        return [video for video in self.copy.videos.values() if video.path not in named]

    @cached_property
    def expressions(self) -> dict[NormalizedName, list[TruthInterval]]:
        """The expressions of each video, in the order of their onsets."""
        expressions: dict[NormalizedName, list[TruthInterval]] = {}
        for row in self.rows:
            interval = to_interval(row, self.findings)
            if interval is None:
                continue
            key = self.copy.key(row.subject, row.video)
            intervals = expressions.setdefault(key, [])
            if intervals and self.has_samples and not self.long_videos:
                message = (
                    f"{row}: the sheet has an earlier row for the clip, but a clip has one "
                    "expression."
                )
                remedy = "Remove the wrong row."
                self.findings.error("annotation-doubled", message, remedy, row.place)
            video = self.videos.get(key)
            if video is not None and interval["offset"] >= video.n_frames:
                frames = pluralize(video.n_frames, "frame")
                message = (
                    f"{row}: the offset, {row.offset}, is after the last frame; the video has "
                    f"{frames}, and the first is number {row.counted_from}."
                )
                remedy = "Copy the frames again, or compare the row with the original sheet."
                self.findings.error("frame-outside-video", message, remedy, row.place)
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
        rates = {key: row.fps for key, row in self._row_by_video.items() if row.fps is not None}
        splits = {key: row.split for key, row in self._row_by_video.items()}
        classes = {key: row.objective_class for key, row in self._row_by_video.items()}
        events = self._events()
        message = "The sheet does not name the video; its frames are ignored."
        remedy = "Check that the sheet and the frames are of the same release."
        for on_disk in () if self.long_videos else self._unnamed:
            if self.copy.key(on_disk.subject, on_disk.video) in self.unlabeled:
                continue
            subject = on_disk.subject or None
            place = Place(file=str(on_disk.path), subject=subject, video=on_disk.video)
            self.findings.error("frames-without-truth", message, remedy, place)
        return TruthManifest(
            format=TRUTH_FORMAT,
            dataset=self.dataset,
            videos=[
                TruthVideo(
                    subject=subject,
                    video=video,
                    fps=rates.get(key, self.fps) or (videos[key].fps if key in videos else None),
                    n_frames=lengths.get(key),
                    intervals=expressions.get(key, []),
                    events=events.get(key, []),
                    split=splits.get(key),
                )
                for key, (subject, video) in names.items()
            ],
            samples=[
                TruthSample(
                    subject=subject,
                    sample=self._sample_name(video, interval),
                    video=video,
                    onset=interval["onset"],
                    apex=interval.get("apex"),
                    offset=interval["offset"],
                    emotion=interval.get("emotion"),
                    objective_class=None if self.long_videos else classes.get(key),
                    split=splits.get(key),
                )
                for key, (subject, video) in names.items()
                if self.has_samples and (self.long_videos or len(expressions.get(key, ())) == 1)
                for interval in expressions.get(key, ())
                if interval.get("kind") == "micro"
            ],
        )

    def _sample_name(self, video: str, interval: TruthInterval) -> str:
        """Return the name of a sample: its clip, or its long video and its onset in the sheet."""
        return f"{video}_{interval['onset'] + 1}" if self.long_videos else video

    def _events(self) -> dict[NormalizedName, list[TruthEvent]]:
        """Return what is annotated beside expressions, without rows that are no valid interval."""
        events: dict[NormalizedName, list[TruthEvent]] = {}
        for row in self.copy.events:
            interval = to_interval(row, Findings())
            video = self.videos.get(self.copy.key(row.subject, row.video))
            if video is not None and interval and interval["offset"] >= video.n_frames:
                message = f"The {row.emotion} ends after the last frame; it is left out."
                remedy = "Copy the frames again, or compare the row with the original sheet."
                self.findings.warning("annotation-left-out", message, remedy, row.place)
            elif interval is not None:
                event = TruthEvent(
                    onset=interval["onset"], offset=interval["offset"], label=str(row.emotion)
                )
                events.setdefault(self.copy.key(row.subject, row.video), []).append(event)
        return events

    def _check_first_file(self, video: Video) -> None:
        """Report a file with number 0 in a data set that counts from 1."""
        if isinstance(video, FrameFolder) and 0 in video.files.by_number and video.origin == 1:
            name = next(iter(video.files.by_number.values()))
            message = f"The files are numbered from 0, those of the data set from 1: {name}."
            remedy = "Rename the files so that the first frame has the number 1."
            self.findings.error("frame-number-early", message, remedy, video.place(name))

    def _report_missing(self, subject: str, video: str, base: Path) -> None:
        unnamed = [on_disk.spelled for on_disk in self._unnamed]
        nothing = "there is no folder of frames and no video file for it"
        guess = did_you_mean(f"{subject}/{video}", unnamed)
        message = f"The sheet names the video, but {nothing}.{guess}"
        remedy = f"Store frames as in {self.copy.layout.example}."
        place = Place(file=str(base), dataset=self.dataset, subject=subject, video=video)
        self.findings.error("video-without-frames", message, remedy, place)


def to_interval(row: Annotation, findings: Findings) -> TruthInterval | None:
    """Return the interval of a row after all repairs; None, and a finding, if it is invalid."""
    problem = _problem_of(row)
    if problem is not None and row.disabled_repair is not None:
        message = f"{row}: {problem}. The expression is left out."
        remedy = f"Enable the repair {row.disabled_repair} to keep the expression."
        findings.warning("annotation-left-out", message, remedy, row.place)
        return None
    if problem is not None:
        remedy = (
            "Compare the sheet with the original. If the original has the error, correct the cell "
            "in a copy of the sheet."
        )
        findings.error("annotation-invalid", f"{row}: {problem}.", remedy, row.place)
        return None
    onset, apex, offset = _frames(row)
    assert onset is not None and offset is not None
    interval = TruthInterval(onset=onset, offset=offset, kind=row.kind)
    if apex is not None:
        interval["apex"] = apex
    if row.emotion is not None:
        interval["emotion"] = row.emotion
    if row.order > 1:
        interval["order"] = row.order
    return interval


def _problem_of(row: Annotation) -> str | None:
    """Return why a row is not a valid interval, as the middle of a sentence; None if it is."""
    values = {"onset": row.onset, "apex": row.apex, "offset": row.offset}
    for name, value in values.items():
        if value is None and name != "apex":
            return f"the {name} is missing"
    for name, value in values.items():
        if value is not None and not isinstance(value, int):
            text = repr(value[:40]) if isinstance(value, str) else f"{float(value):g}"
            return f"the {name}, {text}, is not an integer"
    onset, apex, offset = _frames(row)
    assert onset is not None and offset is not None
    if onset < 0:
        return f"the onset, {row.onset}, is before the first frame, {row.counted_from}"
    if offset < onset:
        return f"the offset, {row.offset}, is before the onset, {row.onset}"
    if apex is not None and not onset <= apex <= offset:
        return f"the apex, {row.apex}, is outside {row.onset} to {row.offset}"
    return None


def _frames(row: Annotation) -> tuple[int | None, ...]:
    """Return the frames of a valid row, counted from 0."""
    values = (row.onset, row.apex, row.offset)
    return tuple(value - row.counted_from if isinstance(value, int) else None for value in values)
