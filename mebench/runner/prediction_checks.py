"""Check the predictions of a baseline, and convert them to the rows of a submission."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mebench.datasets.contract import Video
from mebench.diagnostics import Findings, Place
from mebench.models.base import KINDS
from mebench.protocols.label_mapping import normalize_label
from mebench.runner.run_data import video_key
from mebench.runner.types import (
    DetectedInterval,
    Fold,
    SamplePrediction,
    UnseenSample,
    VideoPrediction,
)
from mebench.util.array_store import as_npz

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


PREDICTION_ERROR = "baseline-answer"
FRAME_LIMIT = 2**63
"""No frame number is as large, not even one that means "to the end"."""


@dataclass(slots=True)
class CheckedPredictions:
    """The answers of a fold, ready to be written.

    Attributes
    ----------
    videos, samples : list of dict
        Rows of a submission, in the order of the fold's test videos or samples.
    curves : dict of str to float array
        Named ``subject/video/curve`` (the data set before it in composites); a slash in an id
        is ``%2F``.
    clipped : int
        How many intervals reached outside their video.
    """

    videos: list[dict[str, Any]] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)
    curves: dict[str, NDArray[np.floating[Any]]] = field(default_factory=dict)
    clipped: int = 0


def check_predictions(answers: Iterable[Any], fold: Fold) -> CheckedPredictions:
    """Check what a baseline answered.

    Raises
    ------
    MebenchError
        ``baseline-answer``, for everything that is wrong with the answers.
    """
    return _PredictionChecker(fold).check_predictions(answers)


class _PredictionChecker:
    def __init__(self, fold: Fold) -> None:
        self.fold, self.protocol = fold, fold.protocol
        self.findings = Findings()
        self.found = CheckedPredictions()
        self._classes = {normalize_label(name): name for name in fold.protocol.classes}
        self._videos: dict[Any, dict[str, Any]] = {}
        self._samples: dict[Any, dict[str, Any]] = {}
        self._scored: set[bool] = set()

    def check_predictions(self, answers: Iterable[Any]) -> CheckedPredictions:
        tests = {video_key(video): video for video in self.fold.test}
        samples = {(one.dataset, one.subject, one.id): one for one in self.fold.test_samples}
        try:
            iterator = iter(answers)
        except TypeError:
            self._wrong(f"predict() returned {answers!r:.80}, which holds no answers.")
            iterator = iter(())
        for answer in iterator:
            if isinstance(answer, VideoPrediction):
                self._add_video(answer, tests)
            elif isinstance(answer, SamplePrediction):
                self._add_sample(answer, samples)
            else:
                self._wrong(f"{answer!r:.80} is neither a VideoPrediction nor a SamplePrediction.")
        if len(self._scored) > 1:
            self._wrong("Some intervals have a score, and some have none.")
        self.findings.raise_errors()
        # A video without an answer is one in which nothing was found.
        self.found.videos = [
            self._videos.get(key, self._id_fields(key, "video") | {"intervals": []})
            for key in tests
        ]
        self.found.samples = [self._samples[key] for key in samples if key in self._samples]
        return self.found

    def _add_video(self, answer: VideoPrediction, tests: Mapping[Any, Video]) -> None:
        if not isinstance(answer.video, Video):
            self._wrong(f"The video of an answer is {answer.video!r:.80}, not one of fold.test.")
            return
        key = video_key(answer.video)
        if self._is_asked(key, tests, self._videos, "video"):
            self._videos[key] = self._video(answer, tests[key].n_frames)

    def _add_sample(self, naming: SamplePrediction, samples: Mapping[Any, UnseenSample]) -> None:
        sample = naming.sample
        if not isinstance(sample, UnseenSample):
            self._wrong(f"What is named is {sample!r:.80}, not one of fold.test_samples.")
            return
        key = (sample.dataset, sample.subject, sample.id)
        if self._is_asked(key, samples, self._samples, "sample"):
            self._samples[key] = self._sample(naming)

    def _is_asked(
        self, key: Any, asked: Mapping[Any, Any], given: Mapping[Any, Any], what: str
    ) -> bool:
        place = Place(dataset=key[0], subject=key[1], video=key[2])
        if key not in asked:
            self._wrong(f"The {what} {key[2]!r} of {key[1]!r} is not tested in this fold.", place)
        elif key in given:
            self._wrong(f"The {what} {key[2]!r} of {key[1]!r} is answered twice.", place)
        else:
            return True
        return False

    def _wrong(self, message: str, place: Place | None = None) -> None:
        self.findings.error(
            PREDICTION_ERROR,
            message,
            "The baseline has to be corrected; see its documentation.",
            place,
        )

    def _id_fields(self, key: tuple[str, str, str], what: str) -> dict[str, Any]:
        names = {"subject": key[1], what: key[2]}
        return {"dataset": key[0]} | names if self.protocol.is_composite else names

    def _video(self, answer: VideoPrediction, n_frames: int) -> dict[str, Any]:
        key = video_key(answer.video)
        place = Place(dataset=key.dataset, subject=key.subject, video=key.video)
        row = self._id_fields(key, "video")
        if answer.score_threshold is not None:
            row["score_threshold"] = self._threshold(answer.score_threshold, place)
        row["intervals"] = []
        try:
            spotted = list(answer.spotted)
        except TypeError:
            self._wrong(f"`spotted` is {answer.spotted!r:.80}, not a sequence.", place)
            spotted = []
        for one in spotted:
            if isinstance(one, DetectedInterval):
                row["intervals"].append(self._interval(one, n_frames, place))
            else:
                self._wrong(f"{one!r:.80} is no DetectedInterval.", place)
        self._curves(answer, n_frames, place)
        return row

    def _threshold(self, given: Any, place: Place) -> Any:
        if isinstance(given, Mapping):
            if not given or not all(kind in KINDS for kind in given):
                self._wrong(f"`score_threshold` is {given!r:.80}, not a number a kind.", place)
            return {
                kind: self._number(one, "score_threshold", place) for kind, one in given.items()
            }
        return self._number(given, "score_threshold", place)

    def _interval(
        self, one: DetectedInterval, n_frames: int, place: Place
    ) -> dict[str, Any] | None:
        onset, offset = (self._frame(one, name, place) for name in ("onset", "offset"))
        if onset is None or offset is None:
            return None
        if offset < onset:
            self._wrong(f"The interval [{onset}, {offset}] ends before it begins.", place)
            return None
        if offset < 0 or onset >= n_frames:
            self._wrong(
                f"The interval [{onset}, {offset}] lies outside the video of {n_frames} frames.",
                place,
            )
            return None
        row: dict[str, Any] = {"onset": max(onset, 0), "offset": min(offset, n_frames - 1)}
        self.found.clipped += (row["onset"], row["offset"]) != (onset, offset)
        if one.apex is not None:
            apex = self._frame(one, "apex", place)
            if apex is not None and not onset <= apex <= offset:
                self._wrong(f"The apex {apex} lies outside [{onset}, {offset}].", place)
            elif apex is not None:
                row["apex"] = min(max(apex, row["onset"]), row["offset"])
        self._scored.add(one.score is not None)
        if one.score is not None:
            row["score"] = self._number(one.score, "score", place)
        if one.kind is not None and one.kind not in KINDS:
            self._wrong(f"The kind {one.kind!r:.40} is neither micro nor macro.", place)
        elif one.kind is not None:
            row["kind"] = one.kind
        elif len(self.protocol.targets) > 1:
            self._wrong("An interval has no kind, and the protocol spots two.", place)
        if self.protocol.analyses and (one.kind or "micro") == "micro":
            row["emotion"] = self._emotion(one.emotion, place)
        if one.emotion_scores is not None:
            row["emotion_scores"] = self._scores(one.emotion_scores, place)
        return row

    def _sample(self, naming: SamplePrediction) -> dict[str, Any]:
        sample = naming.sample
        place = Place(dataset=sample.dataset, subject=sample.subject, video=sample.id)
        row = self._id_fields((sample.dataset, sample.subject, sample.id), "sample")
        row["emotion"] = self._emotion(naming.emotion, place)
        if naming.emotion_scores is not None:
            row["emotion_scores"] = self._scores(naming.emotion_scores, place)
        return row

    def _frame(self, one: DetectedInterval, name: str, place: Place) -> int | None:
        value = getattr(one, name)
        try:
            # A truth value counts as a whole number in Python.
            frame = None if isinstance(value, bool) else operator.index(value)
        except TypeError:
            frame = None
        if frame is None or abs(frame) >= FRAME_LIMIT:
            self._wrong(f"`{name}` is {_quote(value)}, not a frame number.", place)
            return None
        return frame

    def _number(self, value: Any, name: str, place: Place) -> float:
        try:
            number = math.nan if isinstance(value, str | bytes) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            self._wrong(f"`{name}` is {_quote(value)}, not a finite number.", place)
            return 0.0
        return number

    def _emotion(self, given: Any, place: Place) -> str | None:
        name = self._classes.get(normalize_label(given)) if isinstance(given, str) else None
        if name is None:
            self._wrong(
                f"The emotion {given!r:.80} is no class of {self.protocol.id} "
                f"({', '.join(self.protocol.classes)}).",
                place,
            )
        return name

    def _scores(self, given: Any, place: Place) -> dict[str, float]:
        if not isinstance(given, Mapping) or any(
            not isinstance(name, str) or normalize_label(name) not in self._classes
            for name in given
        ):
            self._wrong(f"`emotion_scores` is {given!r:.80}, not a number a class.", place)
            return {}
        return {
            self._classes[normalize_label(name)]: self._number(value, "emotion_scores", place)
            for name, value in given.items()
        }

    def _curves(self, answer: VideoPrediction, n_frames: int, place: Place) -> None:
        if not isinstance(answer.curves, Mapping):
            self._wrong(f"`curves` is {answer.curves!r:.80}, not an array a name.", place)
            return
        if not answer.curves:
            return
        import numpy as np

        key = video_key(answer.video)
        names = key if self.protocol.is_composite else key[1:]
        for name, values in answer.curves.items():
            try:
                curve = np.asarray(values)
                sound = curve.shape == (n_frames,) and np.issubdtype(curve.dtype, np.floating)
            except (TypeError, ValueError):
                sound = False
            if not sound or not isinstance(name, str) or not name or "/" in name:
                self._wrong(
                    f"The curve {name!r:.40} is not one float a frame ({n_frames} frames).", place
                )
                continue
            self.found.curves["/".join([*map(_escaped, names), name])] = curve


def _quote(value: Any) -> str:
    """Return a value as a message shows it; Python refuses to write out a giant number."""
    try:
        return f"{value!r:.80}"
    except ValueError:
        return "a giant number"


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


def curves_as_npz(curves: Mapping[str, NDArray[np.floating[Any]]]) -> bytes:
    """Return curves as the bytes of an ``.npz`` file, the same for the same curves."""
    return as_npz(curves, compressed=True) if curves else b""
