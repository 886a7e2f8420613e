"""Random small data sets with predictions, with many ties and all valid special cases.

A case is the protocol, truth and predictions of a conformance vector without its expected values.
Frames come from a small range, so that ties and conflict groups are frequent; some subjects have no
predictions, some videos no true expression, some true expressions no emotion or one outside the
class list.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.metrics.documents import CLASSES, Document

FRAMES = 24
"""The length of every video."""

NAMES = ["1/a", "1/b", "2/a", "2/c", "3/a", "3/b"]
SPELLINGS = [*CLASSES, "Positive", " negative ", "HAPPINESS", "disgust"]
OUTSIDERS = ["contempt", "fear"]
SCORES = [-1, 0, 0.1, 0.25, 0.5, 0.75, 1, 2.5]


def chance(draw: st.DrawFn, times: int) -> bool:
    """Return True once in ``times`` draws, on average."""
    return draw(st.sampled_from([False] * (times - 1) + [True]))


@st.composite
def frames(draw: st.DrawFn) -> tuple[int, int]:
    """Draw onset and offset, often near the beginning, so that many overlap."""
    onset = draw(st.sampled_from([0, 1, 2, 3, 3, 8, 14, 20]))
    return onset, min(FRAMES - 1, onset + draw(st.sampled_from([0, 1, 2, 4, 5, 7, 9])))


@st.composite
def near(draw: st.DrawFn, truth: Document) -> tuple[int, int]:
    """Draw onset and offset of a prediction near a true expression."""
    steps = st.sampled_from([0, 0, 0, 1, -1, 2, -2])
    onset, offset = sorted(
        min(FRAMES - 1, max(0, truth[end] + draw(steps))) for end in ("onset", "offset")
    )
    return onset, offset


@st.composite
def apex(draw: st.DrawFn, onset: int, offset: int) -> Document:
    """Draw an interval's apex, or none."""
    return {} if chance(draw, 4) else {"apex": draw(st.integers(onset, offset))}


@st.composite
def true_intervals(draw: st.DrawFn, fewest: int, most: int) -> list[Document]:
    """Draw the truths of one video, of both kinds, none of them twice."""
    intervals: dict[tuple[Any, ...], Document] = {}
    for _ in range(draw(st.integers(fewest, most))):
        onset, offset = draw(frames())
        kind = "macro" if chance(draw, 5) else "micro"
        emotion = draw(st.sampled_from([*SPELLINGS, *OUTSIDERS]))
        interval = {"onset": onset, "offset": offset, "kind": kind, "emotion": emotion}
        if chance(draw, 12):
            interval["emotion"], emotion = None, OUTSIDERS[0]
        label = emotion.strip().casefold()
        intervals[onset, offset, kind, label] = interval | draw(apex(onset, offset))
    return list(intervals.values())


@st.composite
def predicted_intervals(
    draw: st.DrawFn, protocol: Document, truths: list[Document], most: int, scored: bool
) -> list[Document]:
    """Draw the predictions for one video; most are near a true expression."""
    intervals = []
    for _ in range(draw(st.integers(0, most))):
        truth = draw(st.sampled_from(truths)) if truths and not chance(draw, 4) else None
        onset, offset = draw(frames() if truth is None else near(truth))
        kind = "micro" if truth is None or chance(draw, 5) else truth["kind"]
        interval = {"onset": onset, "offset": offset, "kind": kind} | draw(apex(onset, offset))
        if "classes" in protocol and kind == "micro":
            interval["emotion"] = draw(st.sampled_from(SPELLINGS))
        elif draw(st.booleans()):
            interval["emotion"] = draw(st.sampled_from([*SPELLINGS, *OUTSIDERS]))
        if len(protocol["targets"]) == 1 and kind == "micro" and draw(st.booleans()):
            del interval["kind"]
        if scored:
            interval["score"] = draw(st.sampled_from(SCORES))
        intervals.append(interval)
    return intervals


def thresholds() -> st.SearchStrategy[Any]:
    """Draw an operating point: a number, or one for some kinds."""
    number = st.sampled_from([0.25, 0.5, 0.6, 3])
    return number | st.dictionaries(
        st.sampled_from(["micro", "macro"]), number, min_size=1, max_size=2
    )


def has_emotions(case: Document) -> bool:
    """Return whether a true expression of a target kind has an emotion, or there is none.

    A truth without any emotion is an error if the protocol analyzes emotions.
    """
    protocol = case["protocol"]
    emotions = [
        interval["emotion"]
        for video in case["truth"]["videos"]
        for interval in video["intervals"]
        if interval["kind"] in protocol["targets"] and interval.get("order", 1) == 1
    ]
    return "classes" not in protocol or not emotions or any(emotions)


@st.composite
def cases(draw: st.DrawFn, protocol: Document, *, scored: bool | None = None) -> Document:
    """Draw truth and predictions for a protocol that spots."""
    scored = not chance(draw, 4) if scored is None else scored
    one_per_video = protocol.get("one_per_video", False)
    further = protocol.get("first_expression_only", False)
    alone = one_per_video and not further and not chance(draw, 6)
    names = draw(st.permutations(NAMES))[: draw(st.sampled_from([3, 2, 3, 4, 5, 0]))]
    lengths = draw(st.sampled_from([{"n_frames": FRAMES}, {}]))
    true: list[Document] = []
    predicted: list[Document] = []
    for name in names:
        subject, _, video = name.partition("/")
        key = {"subject": subject, "video": video}
        fewest = 0 if chance(draw, 4) else 1
        intervals = draw(true_intervals(fewest, 1 if alone else 4))
        if further:
            for interval in intervals[draw(st.integers(0, 1)) :]:
                interval["order"] = draw(st.sampled_from([1, 2, 2, 3, 3]))
        true.append({**key, **lengths, "intervals": intervals})
        if not chance(draw, 6):
            most = 4 if scored or not one_per_video or chance(draw, 8) else 1
            guesses = draw(predicted_intervals(protocol, intervals, most, scored))
            entry = {**key, "intervals": guesses}
            if scored and chance(draw, 6):
                entry["score_threshold"] = draw(thresholds())
            predicted.append(entry)
    document = {
        "format": "mebench-submission/1",
        "protocol": protocol["id"],
        "system": {"name": "drawn"},
        "videos": draw(st.permutations(predicted)),
    }
    if scored and chance(draw, 3):
        document["score_threshold"] = draw(thresholds())
    case: Document = {
        "protocol": protocol,
        "truth": {"format": "mebench-truth/1", "dataset": "toy", "videos": true},
        "predictions": document,
        "orders": "as-written",
    }
    if not has_emotions(case):
        for video_row in true:
            for interval in video_row["intervals"]:
                interval["emotion"] = interval["emotion"] or OUTSIDERS[0]
    return case


@st.composite
def recognition_cases(draw: st.DrawFn, protocol: Document) -> Document:
    """Draw samples and predicted labels; some samples have none."""
    true: list[Document] = []
    predicted: list[Document] = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        subject, _, sample = name.partition("/")
        key = {"subject": subject, "sample": sample}
        true.append({**key, "emotion": draw(st.sampled_from(SPELLINGS))})
        if not chance(draw, 4):
            predicted.append({**key, "emotion": draw(st.sampled_from(SPELLINGS))})
    return {
        "protocol": protocol,
        "truth": {"format": "mebench-truth/1", "dataset": "toy", "samples": true},
        "predictions": {
            "format": "mebench-submission/1",
            "protocol": protocol["id"],
            "system": {"name": "drawn"},
            "samples": draw(st.permutations(predicted)),
        },
        "orders": "as-written",
    }
