"""The cost of a fold: parameters, operations, and seconds from the frames to the predictions.

Nothing that the store holds of test videos or of networks is used. What happens once per process,
starting Keras's backend and loading what numba compiled, is done before the clock runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench.runner import Cost, UnseenVideo
from mebench_mean.architecture import PARAMETERS_SHARED, SIZE, multiplications
from mebench_mean.emotion_vote import predict_sample
from mebench_mean.fold_models import FoldModels
from mebench_mean.peaks import pick_peaks, smooth
from mebench_mean.postprocessing import predict_video
from mebench_mean.training import TrainingSchedule, outputs, train_spotting
from mebench_mean.training_data import (
    recognition_training_pairs,
    sample_ends,
    sample_training_pairs,
    spotting_training_pairs,
)
from mebench_vision.faces.crops import Faces, read_faces
from mebench_vision.faces.detector import find_face
from mebench_vision.faces.landmarks import find_landmark_model, landmark_predictor
from mebench_vision.features.cache import no_progress
from mebench_vision.features.extraction import search_apex
from mebench_vision.features.pair import PairDescriber
from mebench_vision.flow import flow_function, warm

if TYPE_CHECKING:
    import keras

    Models = dict[str, keras.Model]
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from mebench.datasets import Image
    from mebench.runner import Fold, SamplePrediction, VideoPrediction
    from mebench_mean.options import MeanOptions


class Stopwatch:
    """Adds up seconds by step. A step within a step stops the outer one's clock.

    Parameters
    ----------
    steps : iterable of str
        In the order in which they are told.
    """

    def __init__(self, steps: Iterable[str]) -> None:
        self.seconds = dict.fromkeys(steps, 0.0)
        self._running: list[str] = []
        self._since = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        self._read()
        self._running.append(name)
        try:
            yield
        finally:
            self._read()
            self._running.pop()

    def _read(self) -> None:
        now = perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since
        self._since = now


class MeasuredVideo(UnseenVideo):
    """A video; reading its frames counts as the step ``frames``."""

    def __init__(self, video: UnseenVideo, watch: Stopwatch) -> None:
        super().__init__(video)
        self._watch = watch

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Give the frames, one at a time."""
        frames = super().frames(start, stop)
        while True:
            with self._watch.step("frames"):
                image = next(frames, None)
            if image is None:
                return
            yield image


VIDEO_STEPS = ("frames", "face", "flow", "features", "networks", "intervals")
SAMPLE_STEPS = ("frames", "face", "apex", "flow", "features", "networks")
"""The steps under protocols that spot, and under those that give samples."""


def measure(
    fold: Fold, options: MeanOptions
) -> tuple[Cost, list[VideoPrediction | SamplePrediction]]:
    """Train and answer a fold with a stopwatch in hand.

    Parameters
    ----------
    fold : Fold
        Features of its training videos may come from the store.
    options : MeanOptions
        The settings.

    Returns
    -------
    Cost
        Training has the building of Keras's graphs in it, which every fold needs anew. In
        inference ``face`` is detector, landmarks and cutting out; ``networks`` runs each network
        on all pairs; ``intervals`` is smoothing, peaks and names.
    answers : list of VideoPrediction or SamplePrediction
        Those of ``predict``.
    """
    spots = fold.protocol.spots
    _warm_up(options)
    models, training = _train_models(fold, options)
    measurement = _Measurement(fold, options, models)
    answers: list[VideoPrediction | SamplePrediction] = []
    if spots:
        answers += [measurement.measure_video(video) for video in fold.test]
    else:
        answers += measurement.measure_samples()
    cost = Cost(
        parameters=parameters_of(models, transfer=options.transfer),
        multiplications=operations_of(models, transfer=options.transfer),
        frames=measurement.frames,
        training=training,
        inference=measurement.watch.seconds,
    )
    return cost, answers


def _warm_up(options: MeanOptions) -> None:
    """Load and start all that a process loads and starts once."""
    warm(options.flow)
    find_face(np.zeros((64, 64, 3), np.uint8))
    landmark_predictor(find_landmark_model(options.landmark_model))
    pick_peaks(smooth(np.arange(9.0), "simple", 2, borders=True), 2, 0.5, highest_only=False)
    pairs = np.zeros((2, SIZE, SIZE, 3), np.float32)
    network = train_spotting(
        pairs, pairs[:, 0, 0, 0], TrainingSchedule(1, 2, 0.1), 0, lambda epoch: None
    )
    outputs(network, pairs)


def _train_models(fold: Fold, options: MeanOptions) -> tuple[Models, dict[str, float]]:
    networks, protocol = FoldModels(fold, options), fold.protocol
    watch = Stopwatch(())
    models: Models = {}
    if protocol.spots:
        watch.seconds["spotting"] = 0.0
        chosen = spotting_training_pairs(
            fold, networks.features, networks.half, options.negatives or 1
        )
        with watch.step("spotting"):
            models["spotting"] = networks.train_spotting(*chosen)
    if protocol.analyses:
        watch.seconds["recognition"] = 0.0
        pairs = (recognition_training_pairs if protocol.spots else sample_training_pairs)(
            fold, networks.features
        )
        shared = models.get("spotting") if options.transfer else None
        with watch.step("recognition"):
            models["recognition"] = networks.train_recognition(shared, *pairs)
    return models, watch.seconds


def parameters_of(models: Mapping[str, keras.Model], *, transfer: bool) -> dict[str, int]:
    """Count the parameters of each network; with transfer, both hold the shared part once."""
    counts = {name: int(model.count_params()) for name, model in models.items()}
    if len(counts) > 1:
        counts["both"] = sum(counts.values()) - (PARAMETERS_SHARED if transfer else 0)
    return counts


def operations_of(models: Mapping[str, keras.Model], *, transfer: bool) -> int:
    """Count the multiplications for one pair; with transfer, the shared part computes once."""
    heads = [int(model.output_shape[-1]) for model in models.values()]
    return multiplications(*heads) if transfer else sum(map(multiplications, heads))


class _Measurement:
    """Answers test videos or samples, and measures each step."""

    def __init__(self, fold: Fold, options: MeanOptions, models: Models) -> None:
        self.watch = Stopwatch(VIDEO_STEPS if fold.protocol.spots else SAMPLE_STEPS)
        self.frames = 0
        self._fold, self._options, self._models = fold, options, models
        self._networks = FoldModels(fold, options)
        self._settings = self._networks.features
        self._flow = flow_function(options.flow)

    def measure_video(self, video: UnseenVideo) -> VideoPrediction:
        k = self._settings.k_for(video)
        self.frames += video.n_frames
        features = np.zeros((0, SIZE, SIZE, 3), np.float16)
        if video.n_frames > k:
            pairs = [(first, first + k) for first in range(video.n_frames - k)]
            features = self._features(self._faces(video), pairs)
        found = self._outputs(features)
        with self.watch.step("intervals"):
            return predict_video(
                video,
                found["spotting"][:, 0],
                self._networks.half,
                self._options,
                found.get("recognition"),
                classes=self._fold.protocol.classes,
                one_per_video=self._fold.protocol.one_per_video,
            )

    def measure_samples(self) -> list[SamplePrediction]:
        """Name all test samples; a video with several is read once."""
        faces: dict[tuple[str, str, str], Faces] = {}
        features = [np.zeros((0, SIZE, SIZE, 3), np.float16)]
        samples = self._fold.test_samples
        for sample in samples:
            video = sample.video
            place = video.dataset, video.subject, video.id
            if place not in faces:
                faces[place] = self._faces(video)
                self.frames += video.n_frames
            onset, offset = sample_ends(sample)
            apex = sample.apex
            if apex is None:
                with self.watch.step("apex"):
                    apex = search_apex(faces[place], onset, offset, self._settings)
            features.append(self._features(faces[place], [(onset, apex)]))
        shares = self._outputs(np.concatenate(features))["recognition"]
        return [
            predict_sample(sample, self._fold.protocol.classes, row)
            for sample, row in zip(samples, shares, strict=True)
        ]

    def _faces(self, video: UnseenVideo) -> Faces:
        with self.watch.step("face"):
            return read_faces(MeasuredVideo(video, self.watch), self._settings, no_progress)

    def _features(self, faces: Faces, pairs: Sequence[tuple[int, int]]) -> NDArray[np.float16]:
        """Return what :func:`~mebench_vision.features.extraction.extract_pairs` does, measured."""
        with self.watch.step("features"):
            describer = PairDescriber(
                faces.landmarks, self._settings.roi, self._settings.normalisation
            )
            found = np.empty((len(pairs), SIZE, SIZE, 3), np.float16)
        for row, (first, second) in enumerate(pairs):
            with self.watch.step("flow"):
                flow = self._flow(faces.crops[first], faces.crops[second])
            with self.watch.step("features"):
                found[row] = describer.describe(flow).maps
        return found

    def _outputs(self, features: NDArray[np.float16]) -> dict[str, Any]:
        for model in self._models.values():
            # What a backend compiles for a network and the shape of its input.
            outputs(model, np.zeros_like(features))
        with self.watch.step("networks"):
            return {name: outputs(model, features) for name, model in self._models.items()}
