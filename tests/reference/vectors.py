"""Convert a conformance vector to the data of the reference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from typing import Any

from tests.reference.model import Interval, Rules, Threshold, Trial
from tests.reference.outcome import Scores
from tests.reference.scores import score_samples, score_trial

FOLDER = Path(__file__).resolve().parents[2] / "conformance"


def load(path: Path) -> dict[str, Any]:
    """Read one vector; its decimal numbers become fractions."""
    vector: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_float=Fraction)
    return vector


def normal(emotion: str) -> str:
    """Return an emotion as it is compared: casefolded and stripped."""
    return emotion.casefold().strip()


def mapped(emotion: str | None, label_map: Mapping[str, str]) -> str | None:
    """Return an emotion after the label map of its data set."""
    if emotion is None:
        return None
    table = {normal(label): normal(name) for label, name in label_map.items()}
    return table.get(normal(emotion), normal(emotion))


def label_map_of(vector: dict[str, Any]) -> dict[str, str]:
    """Return the label map of the vector's only data set."""
    labels: dict[str, str] = vector["protocol"]["datasets"][0].get("label_map", {})
    return labels


def rules_of(vector: dict[str, Any]) -> Rules:
    """Return the rules of the vector's protocol."""
    protocol = vector["protocol"]
    return Rules(
        task=protocol["task"],
        targets=tuple(protocol.get("targets", ())),
        video_scope=protocol.get("video_scope", "all"),
        one_per_video=protocol.get("one_per_video", False),
        first_expression_only=protocol.get("first_expression_only", False),
        classes=tuple(normal(name) for name in protocol.get("classes", ())),
    )


def threshold_of(given: Any) -> Threshold:
    """Return a threshold as fractions: a number, one for each kind, or none."""
    if given is None:
        return None
    if isinstance(given, Mapping):
        return {kind: Fraction(value) for kind, value in given.items()}
    return Fraction(given)


def name_of(video: Mapping[str, Any]) -> str:
    """Return the full name of a video."""
    return f"{video['subject']}/{video['video']}"


def intervals_of(
    videos: list[dict[str, Any]], label_map: Mapping[str, str], default_kind: str | None
) -> list[Interval]:
    """Return the intervals of a truth or a submission, in the order of the file."""
    return [
        Interval(
            video=name_of(video),
            onset=row["onset"],
            offset=row["offset"],
            kind=row["kind"] if default_kind is None else row.get("kind", default_kind),
            emotion=mapped(row.get("emotion"), label_map),
            apex=row.get("apex"),
            score=None if row.get("score") is None else Fraction(row["score"]),
            order=row.get("order", 1),
        )
        for video in videos
        for row in video["intervals"]
    ]


def trial_of(vector: dict[str, Any], predicted: list[dict[str, Any]]) -> Trial:
    """Return the trial of a vector that spots, with its predicted videos in a given order."""
    label_map = label_map_of(vector)
    targets = vector["protocol"]["targets"]
    truth = vector["truth"]["videos"]
    return Trial(
        videos=[name_of(video) for video in truth],
        truths=intervals_of(truth, label_map, None),
        predictions=intervals_of(predicted, label_map, "micro" if len(targets) == 1 else None),
        score_threshold=threshold_of(vector["predictions"].get("score_threshold")),
        video_thresholds={
            name_of(video): threshold_of(video["score_threshold"])
            for video in predicted
            if video.get("score_threshold") is not None
        },
    )


def file_orders(vector: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Yield the predicted videos in every order that the vector requires.

    ``all`` means every order of the videos and, in each video, every order of its intervals.
    """
    videos = vector["predictions"]["videos"]
    if vector["orders"] == "as-written":
        yield videos
        return
    for ordered in permutations(videos):
        for rows in product(*(permutations(video["intervals"]) for video in ordered)):
            yield [
                {**video, "intervals": list(intervals)}
                for video, intervals in zip(ordered, rows, strict=True)
            ]


def score_recognition(vector: dict[str, Any]) -> Scores:
    """Score a vector of given samples."""
    label_map = label_map_of(vector)
    predicted = {
        (row["subject"], row["sample"]): mapped(row["emotion"], label_map)
        for row in vector["predictions"]["samples"]
    }
    samples = vector["truth"]["samples"]
    pairs: list[tuple[str, str | None]] = []
    for row in samples:
        emotion = mapped(row["emotion"], label_map)
        assert emotion is not None
        pairs.append((emotion, predicted.get((row["subject"], row["sample"]))))
    scores = score_samples(pairs, rules_of(vector).classes)
    scores.units["subjects"] = len({row["subject"] for row in samples})
    return scores


def refusal(vector: dict[str, Any]) -> str | None:
    """Return the error that a vector causes: a sample has no prediction, which is not allowed."""
    if vector["protocol"]["task"] != "recognize" or vector.get("options", {}).get("allow_missing"):
        return None
    true, predicted = (
        {(row["subject"], row["sample"]) for row in vector[part]["samples"]}
        for part in ("truth", "predictions")
    )
    return None if true <= predicted else "sample-missing"


def score_vector(vector: dict[str, Any]) -> Iterator[Scores]:
    """Yield the scores of a vector, for every file order that it requires."""
    if vector["protocol"]["task"] == "recognize":
        yield score_recognition(vector)
        return
    for predicted in file_orders(vector):
        yield score_trial(trial_of(vector, predicted), rules_of(vector))
