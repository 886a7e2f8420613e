"""Read the videos of a run for drawing, and choose file names for their figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.loader import read_model, read_predictions, read_truth
from mebench.models.annotation_table import NO_FRAME, PredictionTable, TruthTable, VideoRow
from mebench.models.base import Kind
from mebench.models.submission import Threshold
from mebench.models.truth import TruthManifest
from mebench.plots.curves_file import curve_key, read_curves
from mebench.plots.score_curves import Interval, ScoredVideo
from mebench.util.text import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.models.protocol import Protocol
    from mebench.protocols.label_mapping import ClassList


class _KindInterval(NamedTuple):
    """An interval and its kind, which selects its threshold."""

    kind: Kind | None
    interval: Interval


class _Truth(NamedTuple):
    """The truth of a video."""

    n_frames: int | None
    fps: float | None
    intervals: list[Interval]


@dataclass(slots=True)
class RunVideos:
    """The predictions, curves and truths of the videos of a run.

    Attributes
    ----------
    videos : dict of str to ScoredVideo
        By name, ``subject/video``.
    has_truth : bool
        Whether the truth is known.
    """

    videos: dict[str, ScoredVideo] = field(default_factory=dict)
    has_truth: bool = False

    def select(self, names: Sequence[str]) -> dict[str, ScoredVideo]:
        """Return the named videos; all if no name is given.

        Raises
        ------
        UsageError
            ``unknown-video``.
        """
        for name in names:
            if name not in self.videos:
                raise UsageError.of(
                    "unknown-video",
                    f"The run has no video {name[:80]!r}.{did_you_mean(name, self.videos)}",
                    f"The first videos are {', '.join(list(self.videos)[:8])}.",
                )
        return {name: self.videos[name] for name in names or self.videos}


def read_run_videos(folder: Path, truth: Path | None) -> RunVideos:
    """Read the videos of a run.

    Parameters
    ----------
    folder : Path
        The folder of a run: predictions, and curves if there are any.
    truth : Path, optional
        The truth in any supported format; by default the one shipped with mebench, if any.

    Raises
    ------
    MebenchError
        If a file is invalid; ``nothing-to-draw`` if the run has no videos.
    """
    findings = Findings()
    path = folder / "predictions.json"
    table = read_predictions(path, findings).table
    findings.raise_errors()
    if not table.videos:
        raise MebenchError.of(
            "nothing-to-draw",
            "The run has no curves to draw: its predictions contain no video.",
            "",
            Place(file=str(path)),
        )
    reader = _Reader(_load_shipped(table.protocol))
    truths = reader.truths(truth)
    curves = read_curves(folder / "curves.npz")
    intervals = reader.intervals(table)
    run = RunVideos(has_truth=truths is not None)
    for index, video in enumerate(table.videos):
        video_truth = None if truths is None else truths.get(reader.key(video, table))
        name = curve_key(tuple(part for part in video[:3] if part is not None))
        threshold = table.threshold if video.threshold is None else video.threshold
        run.videos[name] = _scored_video(
            name, threshold, intervals[index], video_truth, curves.get(name, {})
        )
    return run


def _load_shipped(protocol: str | None) -> Protocol | None:
    """Return the protocol if it is shipped with mebench; a run does not name the file of others."""
    from mebench.protocols.loader import load_shipped_protocol

    try:
        return load_shipped_protocol(protocol or "")
    except UsageError:
        return None


class _Reader:
    """Reads truth and predictions with the same protocol, so that ids and classes match."""

    def __init__(self, protocol: Protocol | None) -> None:
        from mebench.protocols.label_mapping import ClassList

        self.protocol = protocol
        self.classes: ClassList | None = None if protocol is None else ClassList(protocol)

    def key(self, video: VideoRow, table: PredictionTable | TruthTable) -> tuple[str, ...]:
        """Return the ids of a video in the form in which the protocol compares them."""
        dataset = video.dataset or table.dataset or ""
        if self.protocol is None:
            # Without the protocol, the data set of rows that do not state it is unknown.
            return video.subject or "", video.video
        from mebench.protocols.id_matching import canonical_name

        entry = self.protocol.dataset(dataset or self.protocol.only_dataset or "")
        name = (entry.id if entry is not None else dataset, video.subject or "", video.video)
        return canonical_name(self.protocol, name)

    def intervals(self, table: PredictionTable | TruthTable) -> list[list[_KindInterval]]:
        """Return the intervals of each video that have a target kind of the protocol."""
        intervals: list[list[_KindInterval]] = [[] for _ in table.videos]
        targets = self.protocol.targets if self.protocol is not None else ["micro", "macro"]
        columns = table.intervals
        for row, video in enumerate(columns.video.tolist()):
            kind: Any = columns.kind_name(row)
            if kind is not None and kind not in targets:
                continue
            apex = int(columns.apex[row])
            dataset = table.videos[video].dataset or table.dataset
            interval = Interval(
                int(columns.onset[row]),
                int(columns.offset[row]),
                None if apex == NO_FRAME else apex,
                None if columns.score is None else float(columns.score[row]),
                self._emotion(dataset, columns.emotion_name(row))
                or (kind if len(targets) > 1 else None),
            )
            intervals[video].append(_KindInterval(kind, interval))
        return intervals

    def _emotion(self, dataset: str | None, label: str | None) -> str | None:
        """Return the class of a label, or the label itself if it belongs to no class."""
        if label is None or self.protocol is None or self.classes is None:
            return label
        entry = self.protocol.dataset(dataset or self.protocol.only_dataset or "")
        index = self.classes.index(entry.id if entry is not None else "", label)
        return self.classes.names[index] if index >= 0 else label

    def truths(self, given: Path | None) -> dict[tuple[str, ...], _Truth] | None:
        """Return the truth of each video; None if it is not available, or blind."""
        from mebench.util.resources import shipped_truth_path

        path = given or shipped_truth_path(
            None if self.protocol is None else self.protocol.only_dataset
        )
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
        intervals = self.intervals(table)
        return {
            self.key(video, table): _Truth(
                video.n_frames, rates[index], [row.interval for row in intervals[index]]
            )
            for index, video in enumerate(table.videos)
        }


def _scored_video(
    name: str,
    threshold: Threshold | None,
    intervals: Sequence[_KindInterval],
    truth: _Truth | None,
    curves: Mapping[str, NDArray[np.floating[Any]]],
) -> ScoredVideo:
    if isinstance(threshold, dict):
        # A figure shows one threshold: with one per kind, draw only spotted intervals.
        limits: dict[Kind | None, float] = dict(threshold.items())
        predicted = [
            interval
            for kind, interval in intervals
            if interval.score is None
            # With a single kind, intervals need not state it.
            or interval.score >= limits.get(kind or "micro", interval.score)
        ]
        threshold = None
    else:
        predicted = [row.interval for row in intervals]
    truths = None if truth is None else truth.intervals
    last = max((interval.offset for interval in [*predicted, *(truths or [])]), default=0)
    stated = truth.n_frames if truth is not None and truth.n_frames is not None else 0
    return ScoredVideo(
        title=name,
        n_frames=max(last + 1, stated, *map(len, curves.values())),
        predictions=predicted,
        truths=truths,
        curves=curves,
        threshold=threshold,
        fps=None if truth is None else truth.fps,
    )


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
