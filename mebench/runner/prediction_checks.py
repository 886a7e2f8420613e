"""Check the predictions of a baseline, and convert them to the rows of a submission."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Video
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.base import KINDS
from mebench.runner.locations import video_key
from mebench.runner.types import (
    DetectedInterval,
    Fold,
    SamplePrediction,
    UnseenSample,
    VideoPrediction,
)
from mebench.util.array_store import escape_id
from mebench.util.text import normalize_label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


PREDICTION_ERROR = "baseline-answer"
PREDICTION_REMEDY = "Correct the baseline; docs/baselines.md describes what its methods return."


def bad_result(message: str) -> MebenchError:
    """Return the error for an invalid result of a baseline."""
    return MebenchError.of(PREDICTION_ERROR, message, PREDICTION_REMEDY)


FRAME_LIMIT = 2**63
"""Larger than any frame number, also than one that means "to the end"."""


@dataclass(slots=True)
class CheckedPredictions:
    """The checked predictions of a fold: rows of a submission in the order of the fold.

    Curves are named ``subject/video/curve`` (``dataset/subject/video/curve`` in composites); a
    slash in an id is ``%2F``. ``clipped`` counts the intervals that were clipped to their video,
    and ``unpredicted`` the videos without a prediction, which get no intervals.
    """

    videos: list[dict[str, Any]] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)
    curves: dict[str, NDArray[np.floating[Any]]] = field(default_factory=dict)
    clipped: int = 0
    unpredicted: int = 0


def check_predictions(predictions: Iterable[Any], fold: Fold) -> CheckedPredictions:
    """Check the predictions of a baseline, and report all their problems at once."""
    return _PredictionChecker(fold).check_predictions(predictions)


class _PredictionChecker:
    def __init__(self, fold: Fold) -> None:
        self.fold, self.protocol = fold, fold.protocol
        self.findings = Findings()
        self.checked = CheckedPredictions()
        self._classes = {normalize_label(name): name for name in fold.protocol.classes}
        self._videos: dict[Any, dict[str, Any]] = {}
        self._samples: dict[Any, dict[str, Any]] = {}
        self._has_score: set[bool] = set()

    def check_predictions(self, predictions: Iterable[Any]) -> CheckedPredictions:
        videos = {video_key(video): video for video in self.fold.test}
        samples = {
            (sample.dataset, sample.subject, sample.id): sample for sample in self.fold.test_samples
        }
        try:
            iterator = iter(predictions)
        except TypeError:
            self._error(f"predict() returned {predictions!r:.80}; expected predictions.")
            iterator = iter(())
        for prediction in iterator:
            if isinstance(prediction, VideoPrediction):
                self._add_video(prediction, videos)
            elif isinstance(prediction, SamplePrediction):
                self._add_sample(prediction, samples)
            else:
                self._error(
                    f"predict() gave {prediction!r:.80}; expected a VideoPrediction or a "
                    "SamplePrediction."
                )
        if len(self._has_score) > 1:
            self._error("Some intervals have a score, and some have none.")
        self.findings.raise_errors()
        if self.protocol.spots:
            self.checked.unpredicted = len(videos) - len(self._videos)
        self.checked.videos = [
            self._videos.get(key, self._id_fields(key, "video") | {"intervals": []})
            for key in videos
        ]
        self.checked.samples = [self._samples[key] for key in samples if key in self._samples]
        return self.checked

    def _add_video(self, prediction: VideoPrediction, videos: Mapping[Any, Video]) -> None:
        if not isinstance(prediction.video, Video):
            self._error(
                f"The video of a prediction is {prediction.video!r:.80}, not one of fold.test."
            )
            return
        key = video_key(prediction.video)
        if self._is_expected(key, videos, self._videos, "video"):
            self._videos[key] = self._video_row(prediction, videos[key].n_frames)

    def _add_sample(
        self, prediction: SamplePrediction, samples: Mapping[Any, UnseenSample]
    ) -> None:
        sample = prediction.sample
        if not isinstance(sample, UnseenSample):
            self._error(
                f"The sample of a prediction is {sample!r:.80}, not one of fold.test_samples."
            )
            return
        key = (sample.dataset, sample.subject, sample.id)
        if self._is_expected(key, samples, self._samples, "sample"):
            self._samples[key] = self._sample_row(prediction)

    def _is_expected(
        self, key: Any, expected: Mapping[Any, Any], predicted: Mapping[Any, Any], what: str
    ) -> bool:
        """Report a video or sample of another fold, or one that is predicted twice."""
        place = Place(dataset=key[0], subject=key[1], video=key[2])
        if key not in expected:
            self._error(
                f"The {what} {key[2]!r} of subject {key[1]!r} is not in the test set of this fold.",
                place,
            )
        elif key in predicted:
            self._error(f"The {what} {key[2]!r} of subject {key[1]!r} is predicted twice.", place)
        else:
            return True
        return False

    def _error(self, message: str, place: Place | None = None) -> None:
        self.findings.error(PREDICTION_ERROR, message, PREDICTION_REMEDY, place)

    def _id_fields(self, key: tuple[str, str, str], what: str) -> dict[str, Any]:
        names = {"subject": key[1], what: key[2]}
        return {"dataset": key[0]} | names if self.protocol.is_composite else names

    def _video_row(self, prediction: VideoPrediction, n_frames: int) -> dict[str, Any]:
        key = video_key(prediction.video)
        place = Place(dataset=key.dataset, subject=key.subject, video=key.video)
        row = self._id_fields(key, "video")
        if prediction.score_threshold is not None:
            row["score_threshold"] = self._threshold(prediction.score_threshold, place)
        row["intervals"] = []
        try:
            spotted = list(prediction.spotted)
        except TypeError:
            given = type(prediction.spotted).__name__
            self._error(f"`spotted` is of the type {given}; expected a list of intervals.", place)
            spotted = []
        for interval in spotted:
            if isinstance(interval, DetectedInterval):
                row["intervals"].append(self._interval_row(interval, n_frames, place))
            else:
                self._error(f"`spotted` contains {interval!r:.80}, not a DetectedInterval.", place)
        self._add_curves(prediction, n_frames, place)
        return row

    def _threshold(self, value: Any, place: Place) -> Any:
        if isinstance(value, Mapping):
            if not value or not all(kind in KINDS for kind in value):
                self._error(f"`score_threshold` is {value!r:.80}, not one number per kind.", place)
            return {
                kind: self._number(number, "score_threshold", place)
                for kind, number in value.items()
            }
        return self._number(value, "score_threshold", place)

    def _interval_row(
        self, interval: DetectedInterval, n_frames: int, place: Place
    ) -> dict[str, Any] | None:
        onset, offset = (self._frame(interval, name, place) for name in ("onset", "offset"))
        if onset is None or offset is None:
            return None
        if offset < onset:
            self._error(f"The interval [{onset}, {offset}] ends before it starts.", place)
            return None
        if offset < 0 or onset >= n_frames:
            self._error(
                f"The interval [{onset}, {offset}] is outside the video of {n_frames} frames.",
                place,
            )
            return None
        row: dict[str, Any] = {"onset": max(onset, 0), "offset": min(offset, n_frames - 1)}
        self.checked.clipped += (row["onset"], row["offset"]) != (onset, offset)
        if interval.apex is not None:
            apex = self._frame(interval, "apex", place)
            if apex is not None and not onset <= apex <= offset:
                self._error(f"The apex {apex} is outside [{onset}, {offset}].", place)
            elif apex is not None:
                row["apex"] = min(max(apex, row["onset"]), row["offset"])
        self._has_score.add(interval.score is not None)
        if interval.score is not None:
            row["score"] = self._number(interval.score, "score", place)
        if interval.kind is not None and interval.kind not in KINDS:
            self._error(f"The kind {interval.kind!r:.40} is neither micro nor macro.", place)
        elif interval.kind is not None:
            row["kind"] = interval.kind
        elif len(self.protocol.targets) > 1:
            self._error("An interval has no kind; the protocol has two targets.", place)
        if self.protocol.analyses and (interval.kind or "micro") == "micro":
            row["emotion"] = self._emotion(interval.emotion, place)
        if interval.emotion_scores is not None:
            row["emotion_scores"] = self._scores(interval.emotion_scores, place)
        return row

    def _sample_row(self, prediction: SamplePrediction) -> dict[str, Any]:
        sample = prediction.sample
        place = Place(dataset=sample.dataset, subject=sample.subject, video=sample.id)
        row = self._id_fields((sample.dataset, sample.subject, sample.id), "sample")
        row["emotion"] = self._emotion(prediction.emotion, place)
        if prediction.emotion_scores is not None:
            row["emotion_scores"] = self._scores(prediction.emotion_scores, place)
        return row

    def _frame(self, interval: DetectedInterval, name: str, place: Place) -> int | None:
        value = getattr(interval, name)
        try:
            # bool is a subclass of int in Python.
            frame = None if isinstance(value, bool) else operator.index(value)
        except TypeError:
            frame = None
        if frame is None or abs(frame) >= FRAME_LIMIT:
            self._error(f"`{name}` is {_quote(value)}, not a frame number.", place)
            return None
        return frame

    def _number(self, value: Any, name: str, place: Place) -> float:
        try:
            number = math.nan if isinstance(value, str | bytes) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            self._error(f"`{name}` is {_quote(value)}, not a finite number.", place)
            return 0.0
        return number

    def _emotion(self, label: Any, place: Place) -> str | None:
        name = self._classes.get(normalize_label(label)) if isinstance(label, str) else None
        if name is None:
            self._error(
                f"The emotion {label!r:.80} is not a class of {self.protocol.id} "
                f"({', '.join(self.protocol.classes)}).",
                place,
            )
        return name

    def _scores(self, scores: Any, place: Place) -> dict[str, float]:
        if not isinstance(scores, Mapping) or any(
            not isinstance(name, str) or normalize_label(name) not in self._classes
            for name in scores
        ):
            self._error(f"`emotion_scores` is {scores!r:.80}, not one number per class.", place)
            return {}
        return {
            self._classes[normalize_label(name)]: self._number(value, "emotion_scores", place)
            for name, value in scores.items()
        }

    def _add_curves(self, prediction: VideoPrediction, n_frames: int, place: Place) -> None:
        if not isinstance(prediction.curves, Mapping):
            self._error(
                f"`curves` is {prediction.curves!r:.80}, not a dict of names and arrays.", place
            )
            return
        if not prediction.curves:
            return
        import numpy as np

        key = video_key(prediction.video)
        ids = key if self.protocol.is_composite else key[1:]
        for name, values in prediction.curves.items():
            try:
                curve = np.asarray(values)
                valid = curve.shape == (n_frames,) and np.issubdtype(curve.dtype, np.floating)
            except (TypeError, ValueError):
                valid = False
            if not isinstance(name, str) or not name or "/" in name:
                self._error(
                    f"A curve is named {name!r:.40}; expected a string without a slash.", place
                )
            elif not valid:
                self._error(
                    f"The curve {name!r:.40} does not have one float per frame ({n_frames} "
                    "frames).",
                    place,
                )
            else:
                self.checked.curves["/".join([*map(escape_id, ids), name])] = curve


def _quote(value: Any) -> str:
    """Return a value for a message; Python refuses to print integers of thousands of digits."""
    try:
        return f"{value!r:.80}"
    except ValueError:
        return "a giant number"
