"""The spotting errors of a submission on the synthetic data set, by their cause.

``python -m benchmarks.mean_errors PREDICTIONS`` counts the missed micro-expressions that have a
candidate with an IoU of at least 1/2 below the threshold of their video, which is an error of
ranking and not of localization, and what the faces do during the false alarms, from the script of
the rendered videos.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mebench_synthetic.dataset import SyntheticDataset
from mebench_synthetic.recipe import STANDARD
from mebench_synthetic.script import VideoScript

Span = tuple[int, int]


def common_frames(first: Span, second: Span) -> int:
    """Return the number of frames of two closed intervals in common, 0 if they are disjoint."""
    return max(0, min(first[1], second[1]) - max(first[0], second[0]) + 1)


def is_hit(first: Span, second: Span) -> bool:
    """Return whether the IoU of two intervals is at least 1/2."""
    common = common_frames(first, second)
    lengths = first[1] - first[0] + second[1] - second[0] + 2
    return 2 * common >= lengths - common > 0


def events(script: VideoScript) -> list[tuple[str, Span]]:
    """Return what a face does besides micro-expressions that are hit, with its frames."""
    return [
        *((f"{one.kind}-expression", (one.onset, one.offset)) for one in script.actions),
        *(("blink", (one.onset, one.offset)) for one in script.blinks),
        *(("nod", (one.onset, one.offset)) for one in script.nods),
        *(("glance", (one.frame, one.frame)) for one in script.glances),
    ]


def cause(span: Span, script: VideoScript) -> str:
    """Return the event that has most frames in common with a false alarm."""
    counts = {
        name: common_frames(span, other)
        for name, other in sorted(events(script), key=lambda one: common_frames(span, one[1]))
    }
    name = max(counts, key=lambda one: counts[one], default="")
    return name if name and counts[name] else "none of these"


def spans(intervals: Sequence[dict[str, Any]]) -> list[Span]:
    """Return onset and offset of intervals of a submission."""
    return [(one["onset"], one["offset"]) for one in intervals]


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("predictions", type=Path)
    document = json.loads(parser.parse_args().predictions.read_text("utf-8"))
    videos = {(one["subject"], one["video"]): one for one in document["videos"]}
    misses = ranked_below = 0
    causes: Counter[str] = Counter()
    for video in SyntheticDataset(STANDARD).videos():
        predicted = videos[video.subject, video.id]
        threshold = predicted.get("score_threshold", float("-inf"))
        chosen = spans([one for one in predicted["intervals"] if one["score"] >= threshold])
        candidates = spans(predicted["intervals"])
        truth = [(one.onset, one.offset) for one in video.script.actions if one.kind == "micro"]
        # On this data set no interval hits two others, so no matching is needed.
        for micro in truth:
            if not any(is_hit(micro, one) for one in chosen):
                misses += 1
                ranked_below += any(is_hit(micro, one) for one in candidates)
        causes.update(
            cause(one, video.script)
            for one in chosen
            if not any(is_hit(micro, one) for micro in truth)
        )
    print(f"{misses} micro-expressions are missed; {ranked_below} of them have a candidate with an")
    print("IoU of at least 1/2 below the threshold")
    print(f"{causes.total()} false alarms, during:")
    for name, count in causes.most_common():
        print(f"  {name}: {count}")


if __name__ == "__main__":
    main()
