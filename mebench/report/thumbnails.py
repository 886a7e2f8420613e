"""Frames of onset, apex and offset, as small JPEG images inside the page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mebench.datasets.frames.frame_cache import through_cache
from mebench.datasets.preview import resize_to_width
from mebench.datasets.registry import open_datasets
from mebench.diagnostics import Findings, MebenchError
from mebench.evaluation.ground_truth import GroundTruth
from mebench.protocols.id_matching import canonical_name
from mebench.util.extras import require_package
from mebench.util.terminal import show_progress
from mebench.util.text import pluralize

if TYPE_CHECKING:
    from mebench.datasets.contract import Image, Video

MAX_EXPRESSIONS = 120
"""How many intervals have frames; a page with all frames of a large data set would not open."""

WIDTH = 120
QUALITY = 80

MISSED, WRONG, OTHERS = range(3)
"""Which intervals have frames first: missed truths, false positives, all others."""


def add_thumbnails(
    videos: Sequence[dict[str, Any]], truth: GroundTruth, roots: Sequence[str], findings: Findings
) -> str:
    """Add frames to the videos of a page; return a sentence on which ones.

    The data sets of the protocol are read from their configured folders, or from ``roots``. A
    frame that cannot be read is a finding.
    """
    require_package("cv2")
    protocol = truth.protocol
    opened = open_datasets([dataset.id for dataset in protocol.datasets], roots)
    sources = {
        canonical_name(protocol, (video.dataset, video.subject, video.id)): video
        for dataset in opened
        for video in dataset.videos()
    }
    chosen = sorted(_intervals(videos), key=lambda item: item[0])
    kept = chosen[:MAX_EXPRESSIONS]
    wanted: dict[int, set[int]] = {}
    for _, row, numbers in kept:
        wanted.setdefault(row, set()).update(numbers)
    with show_progress("frames", len(wanted)) as advance:
        for row, frames in sorted(wanted.items()):
            source = sources.get(canonical_name(protocol, truth.names[row]))
            if source is None:
                findings.note(
                    "frames-not-shown",
                    f"The data set has no frames of {videos[row]['name']}.",
                    "",
                )
            else:
                videos[row]["images"] = _read(source, frames, findings)
            advance(1)
    shown = f"Frames are shown for {pluralize(len(kept), 'interval')}"
    if len(kept) == len(chosen):
        return f"{shown}: all of them."
    return f"{shown} of {len(chosen)}: missed expressions first, then false positives."


def _intervals(videos: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, int, list[int]]]:
    """Yield priority, video and frames of each interval at the operating point."""
    for row, video in enumerate(videos):
        for truth in video["truths"]:
            missed = any(of["outcome"] not in ("hit", "wrong emotion") for of in truth["of"])
            yield MISSED if missed else OTHERS, row, _frames(truth)
        for predictions in video["predictions"]:
            for one in predictions:
                if one["outcome"] not in ("below threshold", "candidate"):
                    right = one["outcome"] in ("hit", "wrong emotion")
                    yield OTHERS if right else WRONG, row, _frames(one)


def _frames(interval: Mapping[str, Any]) -> list[int]:
    return [interval[name] for name in ("onset", "apex", "offset") if name in interval]


def _read(source: Video, frames: set[int], findings: Findings) -> dict[int, str]:
    numbers = sorted(number for number in frames if 0 <= number < source.n_frames)
    images: dict[int, str] = {}
    try:
        for number, image in through_cache(source).frames_at(numbers):
            images[number] = _data_uri(image)
    except MebenchError as error:
        for problem in error.diagnostics:
            findings.note("frames-not-shown", problem.message, "", problem.place)
    return images


def _data_uri(image: Image) -> str:
    import cv2

    small = cv2.cvtColor(resize_to_width(image, WIDTH), cv2.COLOR_RGB2BGR)
    _, content = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return f"data:image/jpeg;base64,{b64encode(content.tobytes()).decode()}"
