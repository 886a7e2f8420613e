"""What all methods share that only recognize: their options, what is prepared, a fold's prediction.

A recognizer describes each sample by an array, learns from the arrays of the training samples, and
scores the classes of each test sample. Its protocol is one that gives the intervals. Test samples
can also be intervals that another method has spotted: they are then described when they are needed.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mebench.datasets import Video
from mebench.runner import Baseline, BaselineOptions, Fold, SamplePrediction, Size, UnseenVideo
from mebench_vision.faces.crops import BYTES_PER_FRAME
from mebench_vision.faces.options import FaceOptions
from mebench_vision.features.feature_cache import pair_flow, video_faces
from mebench_vision.features.intervals import interval_ends, onset_to_apex
from mebench_vision.features.settings import ApexCriterion, FeatureSettings
from mebench_vision.flow import FlowName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.runner import ProgressCallback, Store, UnseenSample

Scores = Callable[["NDArray[np.float32]"], "NDArray[np.floating[Any]]"]
"""Returns scores (samples, classes) for descriptions of samples; the highest one is predicted."""


FACE_DEVIATION = (
    "Faces are those of MEAN: a box around the face of the first frame, fixed for the video and "
    "scaled to 128 x 128 gray pixels, without registration of landmarks."
)


class Recognizer(Baseline):
    """A method that names the emotions of given samples, and spots nothing."""

    model_selection = "none"
    reuses_process = True
    spots = False
    recognizes = True
    options_type = FaceOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, FaceOptions)
        self.faces = options.faces()

    @abstractmethod
    def describe(self, sample: UnseenSample, store: Store) -> NDArray[np.float32]:
        """Return the description of a sample; what takes long to compute is kept in the store."""

    @abstractmethod
    def learn(
        self, descriptions: NDArray[np.float32], classes: NDArray[np.int64], fold: Fold
    ) -> Scores:
        """Learn from the training samples of a fold.

        Parameters
        ----------
        descriptions : float32 array of shape (samples, ...)
            Their descriptions.
        classes : int64 array of shape (samples,)
            Their classes, as indices in the class list of the protocol; at least two differ.
        fold : Fold
            The fold.

        Returns
        -------
        callable
            Returns the scores (samples, classes) of test samples for their descriptions.
        """

    def size(self, videos: Sequence[Video]) -> Size:
        """Return the size of the face crops on disk."""
        return Size(disk=sum(video.n_frames for video in videos) * BYTES_PER_FRAME)

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        """Store the face crops of a video."""
        self.warnings += video_faces(video, self.faces, store, report).warnings(video)

    def prepare_sample(self, sample: UnseenSample, store: Store, report: ProgressCallback) -> None:
        """Store what the description of a sample needs."""
        self.describe(sample, store)

    def predict(self, fold: Fold) -> Iterator[SamplePrediction]:
        """Learn from the training samples, and predict the test samples.

        If all training samples have one class, this class is predicted; without training samples
        the first class of the protocol.
        """
        if not fold.test_samples:
            return
        names = fold.protocol.classes
        counts = Counter(sample.emotion for sample in fold.training_samples)
        if len(counts) < 2:
            constant = next(iter(counts), names[0])
            scores = {name: float(name == constant) for name in names}
            for sample in fold.test_samples:
                yield SamplePrediction(sample, constant, scores)
            return
        classes = np.array([names.index(sample.emotion) for sample in fold.training_samples])
        scores_of = self.learn(self._describe_all(fold.training_samples, fold), classes, fold)
        table = scores_of(self._describe_all(fold.test_samples, fold))
        for sample, row in zip(fold.test_samples, table, strict=True):
            scores = dict(zip(names, map(float, row), strict=True))
            yield SamplePrediction(sample, names[int(row.argmax())], scores)

    def _describe_all(self, samples: Sequence[UnseenSample], fold: Fold) -> NDArray[np.float32]:
        descriptions = []
        for number, sample in enumerate(samples, 1):
            descriptions.append(self.describe(sample, fold.store))
            fold.report(number / len(samples), "samples")
        return np.stack(descriptions)


class FlowOptions(FaceOptions):
    """The options of a recognizer that compares two frames of a sample by optical flow."""

    flow: FlowName = Field("numba", description="Implementation of TV-L1.")
    apex: ApexCriterion = Field(
        "difference",
        description="Search an apex that is not annotated by the largest difference of gray levels "
        "from the onset, or by the largest flow and strain.",
    )

    def features(self) -> FeatureSettings:
        """Return the settings of faces, flow and apex.

        Raises
        ------
        MebenchError
            ``box-file``.
        """
        faces = self.faces()
        return FeatureSettings(
            align=faces.align,
            detect_on=faces.detect_on,
            boxes=faces.boxes,
            landmark_model=faces.landmark_model,
            flow=self.flow,
            apex=self.apex,
        )


class FlowRecognizer(Recognizer):
    """A recognizer that describes a sample by the optical flow from its onset to its apex."""

    options_type = FlowOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, FlowOptions)
        self.features = options.features()

    @abstractmethod
    def describe_flow(self, flow: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the description of a sample from its flow (128, 128, 2), in pixels."""

    def describe(self, sample: UnseenSample, store: Store) -> NDArray[np.float32]:
        """Return the description of a sample; its flow is in the store.

        If the apex is the onset, the last frame takes its place, since the flow from a frame to
        itself says nothing; in a sample of one frame it is zero.
        """
        onset, apex = onset_to_apex(sample.video, sample, self.features, store)
        if apex == onset:
            _, apex = interval_ends(sample.video, sample)
        return self.describe_flow(pair_flow(sample.video, (onset, apex), self.features, store))

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces and flow need, with their packages."""
        return self.features.requirements()

    def dependencies(self) -> Mapping[str, str]:
        """Return what the flow depends on besides the options."""
        return self.features.dependencies()

    def warm_up(self) -> None:
        """Check that the optical flow works here, and compile it for the worker processes."""
        from mebench_vision.flow import warm_up

        warm_up(self.features.flow)

    def deviations(self) -> Sequence[str]:
        """Return where faces, apex and flow differ from those of the papers."""
        deviations = [
            FACE_DEVIATION,
            "An apex that is not annotated is the frame with the largest "
            + (
                "mean difference of gray levels from the onset"
                if self.features.apex == "difference"
                else "sum of normalized flow and strain relative to the onset"
            )
            + "; the paper searches it with LBP and divide and conquer (D&C-RoIs).",
            "Where the apex is the onset, the last frame takes its place.",
        ]
        if self.features.flow == "numba":
            deviations.append(
                "TV-L1 is computed by a compiled implementation, which agrees with OpenCV's within "
                "the latter's rounding noise."
            )
        return deviations
