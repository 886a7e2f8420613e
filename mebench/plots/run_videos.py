"""The videos of a run, ready to draw, and file names for their pictures."""

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
    """An interval and its kind, which chooses its threshold."""

    kind: Kind | None
    interval: Interval


class _Truth(NamedTuple):
    """What the truth says of a video."""

    n_frames: int | None
    fps: float | None
    intervals: list[Interval]


@dataclass(slots=True)
class RunVideos:
    """What a run says of its videos.

    Attributes
    ----------
    videos : dict of str to ScoredVideo
        Under their names, ``subject/video``.
    has_truth : bool
        Whether their true intervals are known.
    """

    videos: dict[str, ScoredVideo] = field(default_factory=dict)
    has_truth: bool = False

    def select(self, names: Sequence[str]) -> dict[str, ScoredVideo]:
        """Return the videos that were asked for; all, if none was named.

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
                    f"The first are {', '.join(list(self.videos)[:8])}.",
                )
        return {name: self.videos[name] for name in names or self.videos}


def read_run_videos(folder: Path, truth: Path | None) -> RunVideos:
    """Read all that a run says of its videos.

    Parameters
    ----------
    folder : Path
        The folder of a run: its predictions, and its curves if it has any.
    truth : Path, optional
        The truth in any known format; by default the one that comes with mebench, if one does.

    Raises
    ------
    MebenchError
        If a file is not what it should be; ``nothing-to-draw`` without videos.
    """
    findings = Findings()
    path = folder / "predictions.json"
    sheet = read_predictions(path, findings).sheet
    findings.raise_errors()
    if not sheet.videos:
        raise MebenchError.of(
            "nothing-to-draw",
            "The run spotted in no video, so there are no curves.",
            "",
            Place(file=str(path)),
        )
    reader = _Reader(_shipped(sheet.protocol))
    truths = reader.truths(truth)
    curves = read_curves(folder / "curves.npz")
    told = reader.intervals(sheet)
    found = RunVideos(has_truth=truths is not None)
    for row, video in enumerate(sheet.videos):
        known = None if truths is None else truths.get(reader.key(video, sheet))
        name = curve_key(tuple(one for one in video[:3] if one is not None))
        threshold = sheet.threshold if video.threshold is None else video.threshold
        found.videos[name] = _scored(name, threshold, told[row], known, curves.get(name, {}))
    return found


def _shipped(protocol: str | None) -> Protocol | None:
    """Return the protocol of a run; a user's own is in a file that the run does not name."""
    from mebench.protocols.loader import load_shipped_protocol

    try:
        return load_shipped_protocol(protocol or "")
    except UsageError:
        return None


class _Reader:
    """Reads truth and predictions under the same rules, so that their names are the same."""

    def __init__(self, protocol: Protocol | None) -> None:
        from mebench.protocols.label_mapping import ClassList

        self.protocol = protocol
        self.classes: ClassList | None = None if protocol is None else ClassList(protocol)

    def key(self, video: VideoRow, sheet: PredictionTable | TruthTable) -> tuple[str, ...]:
        """Return a video's name as rules compare it."""
        dataset = video.dataset or sheet.dataset or ""
        if self.protocol is None:
            # Without the rules nobody can tell the data set of rows that name none.
            return video.subject or "", video.video
        from mebench.protocols.id_matching import canonical_name

        rule = self.protocol.dataset(dataset or self.protocol.only_dataset or "")
        name = (rule.id if rule is not None else dataset, video.subject or "", video.video)
        return canonical_name(self.protocol, name)

    def intervals(self, sheet: PredictionTable | TruthTable) -> list[list[_KindInterval]]:
        """Return the intervals of each video, of the kinds that are spotted."""
        found: list[list[_KindInterval]] = [[] for _ in sheet.videos]
        targets = self.protocol.targets if self.protocol is not None else ["micro", "macro"]
        columns = sheet.intervals
        for row, video in enumerate(columns.video.tolist()):
            kind: Any = columns.kind_name(row)
            if kind is not None and kind not in targets:
                continue
            apex = int(columns.apex[row])
            dataset = sheet.videos[video].dataset or sheet.dataset
            one = Interval(
                int(columns.onset[row]),
                int(columns.offset[row]),
                None if apex == NO_FRAME else apex,
                None if columns.score is None else float(columns.score[row]),
                self._emotion(dataset, columns.emotion_name(row))
                or (kind if len(targets) > 1 else None),
            )
            found[video].append(_KindInterval(kind, one))
        return found

    def _emotion(self, dataset: str | None, label: str | None) -> str | None:
        """Return the class of a label; what is in no class is called as the file calls it."""
        if label is None or self.protocol is None or self.classes is None:
            return label
        rule = self.protocol.dataset(dataset or self.protocol.only_dataset or "")
        place = self.classes.index(rule.id if rule is not None else "", label)
        return self.classes.names[place] if place >= 0 else label

    def truths(self, given: Path | None) -> dict[tuple[str, ...], _Truth] | None:
        """Return the truth of each video; None where it is not at hand, or blind."""
        from mebench.util.resources import shipped_truth_path

        path = given or shipped_truth_path(
            None if self.protocol is None else self.protocol.only_dataset
        )
        if path is None:
            return None
        findings = Findings()
        sheet = read_truth(path, findings)
        findings.raise_errors()
        if sheet.blind:
            return None
        # Frame rates are no part of a score, so that sheets have none.
        record = None if sheet.foreign else read_model(path, TruthManifest, findings)
        rates = [one.fps for one in record.videos] if record else [None] * len(sheet.videos)
        told = self.intervals(sheet)
        return {
            self.key(video, sheet): _Truth(
                video.n_frames, rates[row], [one.interval for one in told[row]]
            )
            for row, video in enumerate(sheet.videos)
        }


def _scored(
    name: str,
    threshold: Threshold | None,
    told: Sequence[_KindInterval],
    truth: _Truth | None,
    curves: Mapping[str, NDArray[np.floating[Any]]],
) -> ScoredVideo:
    if isinstance(threshold, dict):
        # A picture has one threshold: of two kinds, only what counts is drawn.
        limits: dict[Kind | None, float] = dict(threshold.items())
        predicted = [
            one.interval
            for one in told
            if one.interval.score is None
            # Where there is one kind, intervals need not say it.
            or one.interval.score >= limits.get(one.kind or "micro", one.interval.score)
        ]
        threshold = None
    else:
        predicted = [one.interval for one in told]
    truths = None if truth is None else truth.intervals
    last = max((one.offset for one in [*predicted, *(truths or [])]), default=0)
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
"""Bytes of a name; with an ending and a number it stays below what file systems take."""


def file_names(names: Iterable[str], ending: str) -> dict[str, str]:
    """Return a file name for each video: ``s01_v1.png`` for ``s01/v1``.

    Two names that would be one file, on a file system that takes upper for lower case too, get
    numbers.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = "".join(one if one.isalnum() or one in "-." else "_" for one in name)
        plain = (
            plain.encode(errors="ignore")[:MAX_NAME_BYTES].decode(errors="ignore").lstrip(".")
            or "_"
        )
        file, number = plain, 1
        while file.casefold() in taken:
            number += 1
            file = f"{plain}-{number}"
        taken.add(file.casefold())
        found[name] = f"{file}.{ending}"
    return found
