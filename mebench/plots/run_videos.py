"""Read the videos of a run for drawing, and choose file names for their figures.

``curves.npz`` in the folder of a run has the scores per frame. Arrays are named
``subject/video/curve``, with the data set in front in composite protocols. In ids, a slash is
written as ``%2F`` and a percent sign as ``%25``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.loader import read_model, read_predictions, read_truth
from mebench.formats.score_curves_file import (
    MAIN_CURVE,
    Floats,
    curves_unreadable,
    read_curve_arrays,
)
from mebench.models.annotation_table import NO_FRAME, PredictionTable, TruthTable, VideoRow
from mebench.models.base import KINDS
from mebench.models.protocol import Protocol
from mebench.models.submission import Threshold, threshold_of_video
from mebench.models.truth import TruthManifest
from mebench.plots.score_curves import Interval, ScoredVideo
from mebench.protocols.id_matching import canonical_name
from mebench.protocols.label_mapping import ClassList
from mebench.protocols.loader import load_shipped_protocol
from mebench.util.array_store import escape_id
from mebench.util.regular_file import read_regular, require_regular
from mebench.util.resources import shipped_truth_path
from mebench.util.text import did_you_mean


class _Truth(NamedTuple):
    """The truth of a video."""

    n_frames: int | None
    fps: float | None
    intervals: list[Interval]


@dataclass(slots=True)
class RunVideos:
    """The videos of a run by name (``subject/video``), and whether their truth is known."""

    videos: dict[str, ScoredVideo] = field(default_factory=dict)
    has_truth: bool = False

    def select(self, names: Sequence[str]) -> dict[str, ScoredVideo]:
        """Return the named videos; all if no name is given."""
        for name in names:
            if name not in self.videos:
                raise UsageError.of(
                    "unknown-video",
                    f"The run has no video {name[:80]!r}.{did_you_mean(name, self.videos)}",
                    f"The first videos are {', '.join(list(self.videos)[:8])}.",
                )
        return {name: self.videos[name] for name in names or self.videos}


def read_run_videos(folder: Path, truth: Path | None) -> RunVideos:
    """Read the predictions of a run, and curves if there are any.

    The truth is by default the one shipped with mebench, if any. Raises ``nothing-to-draw`` if the
    run has no videos.
    """
    findings = Findings()
    path = folder / "predictions.json"
    require_regular(path)
    table = read_predictions(path, findings).table
    findings.raise_errors()
    if not table.videos:
        raise MebenchError.of(
            "nothing-to-draw",
            "The run has no curves to draw: its predictions contain no video.",
            "",
            Place(file=str(path)),
        )
    try:
        reader = _Reader(load_shipped_protocol(table.protocol or ""))
    except UsageError:  # a run does not name the file of a protocol of the user
        reader = _Reader(None)
    truths = reader.truths(truth)
    curves = _read_curves(folder / "curves.npz")
    thresholds = [
        threshold_of_video(table.threshold, video.threshold, reader.targets)
        for video in table.videos
    ]
    run = RunVideos(has_truth=truths is not None)
    for video, predicted, threshold in zip(
        table.videos, reader.intervals(table, thresholds), thresholds, strict=True
    ):
        ids = (part for part in video[:3] if part is not None)
        name = "/".join(map(escape_id, ids))
        known = None if truths is None else truths.get(reader.key(video, table))
        true = None if known is None else known.intervals
        last = max((interval.offset for interval in [*predicted, *(true or [])]), default=0)
        stated = (known.n_frames if known is not None else None) or 0
        scores = curves.get(name, {})
        run.videos[name] = ScoredVideo(
            title=name,
            n_frames=max(last + 1, stated, *map(len, scores.values())),
            predictions=predicted,
            truths=true,
            curves=scores,
            threshold=None if isinstance(threshold, dict) else threshold,
            fps=None if known is None else known.fps,
        )
    return run


class _Reader:
    """Reads truth and predictions with the same protocol, so that ids and classes match.

    Without the protocol, the data set of rows that do not state it is unknown.
    """

    def __init__(self, protocol: Protocol | None) -> None:
        self.protocol = protocol
        self.classes = None if protocol is None else ClassList(protocol)
        self.targets = KINDS if protocol is None else protocol.targets

    def _dataset(self, dataset: str | None) -> str:
        """Return the id of a data set that a file names, or of the only one of the protocol."""
        assert self.protocol is not None
        entry = self.protocol.dataset(dataset or self.protocol.only_dataset or "")
        return entry.id if entry is not None else dataset or ""

    def key(self, video: VideoRow, table: PredictionTable | TruthTable) -> tuple[str, ...]:
        """Return the ids of a video in the form in which the protocol compares them."""
        ids = video.subject or "", video.video
        if self.protocol is None:
            return ids
        return canonical_name(self.protocol, (self._dataset(video.dataset or table.dataset), *ids))

    def intervals(
        self, table: PredictionTable | TruthTable, thresholds: Sequence[Threshold | None] = ()
    ) -> list[list[Interval]]:
        """Return the intervals of each video that have a target kind of the protocol.

        A figure shows one threshold: if a video has one per kind, only spotted intervals are kept.
        """
        intervals: list[list[Interval]] = [[] for _ in table.videos]
        columns = table.intervals
        for row, video in enumerate(columns.video.tolist()):
            kind: Any = columns.kind_name(row)
            if kind is not None and kind not in self.targets:
                continue
            score = None if columns.score is None else float(columns.score[row])
            limits = thresholds[video] if thresholds else None
            if (
                isinstance(limits, dict)
                and score is not None
                # With a single kind, intervals need not state it.
                and score < limits.get(kind or "micro", score)
            ):
                continue
            apex = int(columns.apex[row])
            emotion = self._emotion(
                table.videos[video].dataset or table.dataset, columns.emotion_name(row)
            )
            intervals[video].append(
                Interval(
                    int(columns.onset[row]),
                    int(columns.offset[row]),
                    None if apex == NO_FRAME else apex,
                    score,
                    emotion or (kind if len(self.targets) > 1 else None),
                )
            )
        return intervals

    def _emotion(self, dataset: str | None, label: str | None) -> str | None:
        """Return the class of a label, or the label itself if it belongs to no class."""
        if label is None or self.classes is None:
            return label
        index = self.classes.index(self._dataset(dataset), label)
        return self.classes.names[index] if index >= 0 else label

    def truths(self, given: Path | None) -> dict[tuple[str, ...], _Truth] | None:
        """Return the truth of each video; None if it is not available, or blind."""
        only_dataset = None if self.protocol is None else self.protocol.only_dataset
        path = given or shipped_truth_path(only_dataset)
        if path is None:
            return None
        findings = Findings()
        table = read_truth(path, findings)
        findings.raise_errors()
        if table.blind:
            return None
        # Frame rates do not affect scores, so the table has none.
        manifest = None if table.foreign else read_model(path, TruthManifest, findings)
        rates = [row.fps for row in manifest.videos] if manifest else [None] * len(table.videos)
        rows = zip(table.videos, rates, self.intervals(table), strict=True)
        return {
            self.key(video, table): _Truth(video.n_frames, fps, intervals)
            for video, fps, intervals in rows
        }


def _read_curves(path: Path) -> dict[str, dict[str, Floats]]:
    """Return the curves of each video in drawing order: the main curve last.

    The result is empty if there is no file; the error is ``curves-unreadable``.
    """
    require_regular(path)
    if not path.exists():
        return {}
    try:
        content = read_regular(path)
    except OSError as error:
        raise curves_unreadable(str(error.strerror), str(path)) from None
    arrays = read_curve_arrays(content, str(path))
    curves: dict[str, dict[str, Floats]] = {}
    for name in sorted(arrays, key=lambda name: (name.endswith(f"/{MAIN_CURVE}"), name)):
        video, _, curve = name.rpartition("/")
        curves.setdefault(video, {})[curve] = arrays[name]
    return curves


MAX_NAME_BYTES = 150
"""Maximum length of a file name without number and suffix; file systems allow about 255."""


def file_names(names: Iterable[str], suffix: str) -> dict[str, str]:
    """Return a file name for each video: ``s01_v1.png`` for ``s01/v1``.

    Names that would collide, upper and lower case being equal on some file systems, get numbers.
    """
    files: dict[str, str] = {}
    used: set[str] = set()
    for name in names:
        plain = "".join(char if char.isalnum() or char in "-." else "_" for char in name)
        plain = (
            plain.encode(errors="ignore")[:MAX_NAME_BYTES].decode(errors="ignore").lstrip(".")
            or "_"
        )
        file, number = plain, 1
        while file.casefold() in used:
            number += 1
            file = f"{plain}-{number}"
        used.add(file.casefold())
        files[name] = f"{file}.{suffix}"
    return files
