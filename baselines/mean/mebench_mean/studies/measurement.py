"""Measure the cost of a fold: parameters, operations, seconds from frames to predictions.

Stored data of test videos and stored networks are not used. Work that happens once per process
(starting the Keras backend, loading compiled functions) is done before the measurement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench.runner import UnseenVideo, ignore_progress
from mebench_mean.architecture import N_SHARED_PARAMETERS, multiplications
from mebench_mean.fold_models import FoldModels
from mebench_mean.postprocessing import predict_sample, predict_video
from mebench_mean.training import outputs, train_spotting
from mebench_mean.training_data import (
    recognition_training_pairs,
    spotting_training_pairs,
)
from mebench_vision.faces.crops import Faces, read_faces
from mebench_vision.faces.detector import find_face
from mebench_vision.faces.landmarks import find_landmark_model, landmark_predictor
from mebench_vision.features.extraction import search_apex
from mebench_vision.features.intervals import interval_ends
from mebench_vision.features.pair_features import PairDescriber
from mebench_vision.features.regions import FEATURE_SHAPE
from mebench_vision.flow import flow_function, warm_up
from mebench_vision.networks.training import TrainingSchedule
from mebench_vision.spotting.peaks import pick_peaks
from mebench_vision.spotting.smoothing import smooth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import keras
    from numpy.typing import NDArray

    from mebench.datasets import Image
    from mebench.runner import Fold, SamplePrediction, VideoPrediction
    from mebench_mean.options import MeanOptions

    Models = dict[str, keras.Model]


class Stopwatch:
    """Adds up seconds per step, in the order of ``steps``. An inner step pauses the outer step."""

    def __init__(self, steps: Iterable[str]) -> None:
        self.seconds = dict.fromkeys(steps, 0.0)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count the time inside this context as a step."""
        self._add_elapsed()
        self._running.append(name)
        try:
            yield
        finally:
            self._add_elapsed()
            self._running.pop()

    def _add_elapsed(self) -> None:
        now = perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now


class MeasuredVideo(UnseenVideo):
    """A video whose reading of frames counts as the step ``frames``."""

    def __init__(self, video: UnseenVideo, watch: Stopwatch) -> None:
        super().__init__(video)
        self._watch = watch

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Yield the frames."""
        frames = super().frames(start, stop)
        while True:
            with self._watch.step("frames"):
                image = next(frames, None)
            if image is None:
                return
            yield image


VIDEO_STEPS = ("frames", "face", "flow", "features", "networks", "intervals")
"""Steps for protocols that spot."""

SAMPLE_STEPS = ("frames", "face", "apex", "flow", "features", "networks")
"""Steps for protocols that give samples."""


def measure(
    fold: Fold, options: MeanOptions, training_share: float
) -> tuple[dict[str, Any], list[VideoPrediction | SamplePrediction]]:
    """Train and predict a fold, and measure the time of each step.

    Features of the training videos may come from the store.

    Parameters
    ----------
    fold : Fold
        The fold.
    options : MeanOptions
        The options.
    training_share : float
        Share of the training pairs to train on.

    Returns
    -------
    cost : dict
        ``parameters`` by network; ``multiplications`` per pair; ``frames``, the number of predicted
        frames; seconds by network of ``training``, which includes building the graphs of Keras, and
        of ``validation``, the outputs for the other training pairs; seconds by step of
        ``inference``: ``face`` is detection, landmarks and cropping; ``networks`` runs each
        network on all pairs; ``intervals`` is smoothing, peaks and emotions.
    predictions : list of VideoPrediction or SamplePrediction
        The same as from ``predict`` if all pairs are trained on.
    """
    _warm_up(options)
    models, seconds = _train_models(fold, options, training_share)
    measurement = _Measurement(fold, options, models)
    predictions: list[VideoPrediction | SamplePrediction] = []
    if fold.protocol.spots:
        predictions += [measurement.measure_video(video) for video in fold.test]
    else:
        predictions += measurement.measure_samples()
    cost = {
        "parameters": parameters_of(models, transfer=options.transfer),
        "multiplications": operations_of(models, transfer=options.transfer),
        "frames": measurement.frames,
        **seconds,
        "inference": measurement.watch.seconds,
    }
    return cost, predictions


def _warm_up(options: MeanOptions) -> None:
    """Load and start everything that a process loads and starts once."""
    warm_up(options.flow)
    find_face(np.zeros((64, 64, 3), np.uint8))
    landmark_predictor(find_landmark_model(options.landmark_model))
    pick_peaks(smooth(np.arange(9.0), "simple", 2, borders=True), 2, 0.5, highest_only=False)
    pairs = np.zeros((2, *FEATURE_SHAPE), np.float32)
    network = train_spotting(
        pairs, pairs[:, 0, 0, 0], TrainingSchedule(1, 2, 0.1), 0, lambda epoch: None
    )
    outputs(network, pairs)


def _train_models(
    fold: Fold, options: MeanOptions, share: float
) -> tuple[Models, dict[str, dict[str, float]]]:
    fold_models, protocol = FoldModels(fold, options), fold.protocol
    models: Models = {}
    tasks = [
        *(["spotting"] if protocol.spots else []),
        *(["recognition"] if protocol.analyses else []),
    ]
    training, validation = Stopwatch(tasks), Stopwatch(tasks)

    def train(task: str, trainer: Callable[..., keras.Model], pairs: Any, targets: Any) -> None:
        count = round(len(pairs) * share)
        with training.step(task):
            models[task] = trainer(pairs[:count], targets[:count])
        others = pairs[count:]
        outputs(models[task], np.zeros_like(others))  # compiles the network for this shape
        with validation.step(task):
            outputs(models[task], others)

    if protocol.spots:
        chosen = spotting_training_pairs(
            fold, fold_models.features, fold_models.half, options.negatives or 1
        )
        train("spotting", fold_models.train_spotting, *chosen)
    if protocol.analyses:
        pairs = recognition_training_pairs(fold, fold_models.features)
        shared = models.get("spotting") if options.transfer else None
        train("recognition", partial(fold_models.train_recognition, shared), *pairs)
    return models, {"training": training.seconds, "validation": validation.seconds}


def parameters_of(models: Mapping[str, keras.Model], *, transfer: bool) -> dict[str, int]:
    """Count the parameters of each network; with transfer, the shared part counts once."""
    counts = {name: int(model.count_params()) for name, model in models.items()}
    if len(counts) > 1:
        counts["both"] = sum(counts.values()) - (N_SHARED_PARAMETERS if transfer else 0)
    return counts


def operations_of(models: Mapping[str, keras.Model], *, transfer: bool) -> int:
    """Count the multiplications per pair; with transfer, the shared part is computed once."""
    heads = [int(model.output_shape[-1]) for model in models.values()]
    return multiplications(*heads) if transfer else sum(map(multiplications, heads))


class _Measurement:
    """Predicts test videos or samples, and measures each step."""

    def __init__(self, fold: Fold, options: MeanOptions, models: Models) -> None:
        self.watch = Stopwatch(VIDEO_STEPS if fold.protocol.spots else SAMPLE_STEPS)
        self.frames = 0
        self._fold, self._options, self._models = fold, options, models
        self._fold_models = FoldModels(fold, options)
        self._settings = self._fold_models.features
        self._flow = flow_function(options.flow)

    def measure_video(self, video: UnseenVideo) -> VideoPrediction:
        k = self._settings.k_for(video)
        self.frames += video.n_frames
        features = np.zeros((0, *FEATURE_SHAPE), np.float16)
        if video.n_frames > k:
            pairs = [(first, first + k) for first in range(video.n_frames - k)]
            features = self._features(self._faces(video), pairs)
        network_outputs = self._outputs(features)
        with self.watch.step("intervals"):
            return predict_video(
                video,
                network_outputs["spotting"][:, 0],
                self._fold_models.half,
                self._options,
                network_outputs.get("recognition"),
                classes=self._fold.protocol.classes,
                one_per_video=self._fold.protocol.one_per_video,
            )

    def measure_samples(self) -> list[SamplePrediction]:
        """Predict all test samples; a video with several samples is read once."""
        faces: dict[tuple[str, str, str], Faces] = {}
        features = [np.zeros((0, *FEATURE_SHAPE), np.float16)]
        samples = self._fold.test_samples
        for sample in samples:
            video = sample.video
            key = video.dataset, video.subject, video.id
            if key not in faces:
                faces[key] = self._faces(video)
                self.frames += video.n_frames
            onset, offset = interval_ends(video, sample)
            apex = sample.apex
            if apex is None:
                with self.watch.step("apex"):
                    apex = search_apex(faces[key], onset, offset, self._settings)
            features.append(self._features(faces[key], [(onset, apex)]))
        probabilities = self._outputs(np.concatenate(features))["recognition"]
        return [
            predict_sample(sample, self._fold.protocol.classes, row)
            for sample, row in zip(samples, probabilities, strict=True)
        ]

    def _faces(self, video: UnseenVideo) -> Faces:
        with self.watch.step("face"):
            return read_faces(MeasuredVideo(video, self.watch), self._settings, ignore_progress)

    def _features(self, faces: Faces, pairs: Sequence[tuple[int, int]]) -> NDArray[np.float16]:
        """Do the same as :func:`~mebench_vision.features.extraction.extract_pairs`, measured."""
        with self.watch.step("features"):
            describer = PairDescriber(
                faces.landmarks, self._settings.roi, self._settings.normalisation
            )
            features = np.empty((len(pairs), *FEATURE_SHAPE), np.float16)
        for row, (first, second) in enumerate(pairs):
            with self.watch.step("flow"):
                flow = self._flow(faces.crops[first], faces.crops[second])
            with self.watch.step("features"):
                features[row] = describer.describe(flow).maps
        return features

    def _outputs(self, features: NDArray[np.float16]) -> dict[str, Any]:
        for model in self._models.values():
            # Compile the network for this shape of input before the measurement.
            outputs(model, np.zeros_like(features))
        with self.watch.step("networks"):
            return {name: outputs(model, features) for name, model in self._models.items()}
