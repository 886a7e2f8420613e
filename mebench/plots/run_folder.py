"""From the folder of a run to the videos that can be drawn.

A run keeps its submission in ``predictions.json`` and the scores a frame, where its baseline has
any, in ``curves.npz``: arrays named ``subject/video/curve``, with the data set before them in
composite protocols; ``%2F`` is a slash in an id and ``%25`` a percent sign.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.formats.reading import read_predictions, read_truth
from mebench.plots.curves import Interval, ScoredVideo
from mebench.records.base import FRAME_LIMIT
from mebench.records.sheets import NO_FRAME, PredictionSheet, Sheet, TruthSheet, VideoRow
from mebench.records.submission import Threshold
from mebench.suggest import did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.protocols import Rules

Curves = Mapping[str, "NDArray[np.floating[Any]]"]

COLOURED = "smoothed"
"""The curve that peaks are looked for in, where a baseline keeps several."""

DAMAGED = (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, MemoryError)
"""What reading arrays from a file that is none can raise; and NotImplementedError, for archives
that are packed in ways nobody uses."""


@dataclass(slots=True)
class RunFolder:
    """What a run says of its videos.

    Attributes
    ----------
    videos : dict of str to ScoredVideo
        Under their names, ``subject/video``.
    truth_is_known : bool
        Whether their true intervals are drawn.
    """

    videos: dict[str, ScoredVideo] = field(default_factory=dict)
    truth_is_known: bool = False

    def chosen(self, names: Sequence[str]) -> dict[str, ScoredVideo]:
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
        return {name: self.videos[name] for name in dict.fromkeys(names or self.videos)}


def read_run(folder: Path, truth: Path | None) -> RunFolder:
    """Read all that a run says of its videos.

    Parameters
    ----------
    folder : Path
        The folder of a run.
    truth : Path, optional
        The truth in any known format; by default the one that comes with mebench, if one does.

    Raises
    ------
    MebenchError
        If a file is not what it should be; ``nothing-to-draw`` without videos.
    """
    findings = Findings()
    sheet = read_predictions(folder / "predictions.json", findings).sheet
    findings.raise_errors()
    if not sheet.videos:
        raise MebenchError.of(
            "nothing-to-draw",
            "The run spotted in no video, so there are no curves.",
            "",
            Place(file=str(folder / "predictions.json")),
        )
    rules = _rules(sheet.protocol)
    truths = _truths(rules, truth)
    curves = _read_curves(folder / "curves.npz")
    found = RunFolder(truth_is_known=truths is not None)
    predicted = _intervals(sheet, rules)
    for row, video in enumerate(sheet.videos):
        name = _name(video)
        one = None if truths is None else truths.get(_key(video, rules, sheet.dataset))
        found.videos[name] = _scored(
            name,
            video.threshold if video.threshold is not None else sheet.threshold,
            predicted[row],
            one,
            curves.get(name, {}),
        )
    return found


@dataclass(slots=True)
class _Truth:
    """What is known of a video."""

    n_frames: int | None
    fps: float | None
    intervals: list[tuple[str | None, Interval]]


def _scored(
    name: str,
    threshold: Threshold | None,
    predicted: list[tuple[str | None, Interval]],
    truth: _Truth | None,
    curves: Curves,
) -> ScoredVideo:
    if isinstance(threshold, dict):
        # Two kinds have two thresholds, and a picture one: candidates are left out.
        limits = dict(threshold)
        kept = [
            one
            for kind, one in predicted
            if one.score is None or one.score >= limits.get(kind, -float("inf"))  # type: ignore[call-overload]
        ]
        threshold = None
    else:
        kept = [one for _, one in predicted]
    true = None if truth is None else [one for _, one in truth.intervals]
    last = max((one.offset for one in [*kept, *(true or [])]), default=0)
    lengths = [len(curve) for curve in curves.values()]
    known = (truth.n_frames if truth is not None else None) or 0
    return ScoredVideo(
        title=name,
        n_frames=max(last + 1, known, *lengths),
        predictions=kept,
        truths=true,
        curves=curves,
        threshold=threshold,
        fps=None if truth is None else truth.fps,
    )


def _rules(protocol: str | None) -> Rules | None:
    """Return the protocol of a run if it comes with mebench; a user's own is not in the folder."""
    from mebench.protocols import load_shipped

    try:
        return load_shipped(protocol or "")
    except UsageError:
        return None


def _truths(rules: Rules | None, given: Path | None) -> dict[tuple[str, ...], _Truth] | None:
    """Return the truth a video; None where it is not at hand, or blind."""
    from mebench.resources import truth_of

    path = given or truth_of(rules.only_dataset if rules is not None else None)
    if path is None:
        return None
    findings = Findings()
    sheet = read_truth(path, findings)
    findings.raise_errors()
    if sheet.blind:
        return None
    rates = _rates(path)
    intervals = _intervals(sheet, rules)
    return {
        _key(video, rules, sheet.dataset): _Truth(video.n_frames, rates.get(row), intervals[row])
        for row, video in enumerate(sheet.videos)
    }
