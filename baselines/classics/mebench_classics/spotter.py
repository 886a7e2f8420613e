"""What all spotters have in common: faces, features of each video, one result per kind."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from mebench.runner import (
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Fold,
    Size,
    UnseenVideo,
    VideoPrediction,
    ignore_progress,
)
from mebench_vision.faces.options import FaceOptions
from mebench_vision.spotting.training_samples import expressions_of, half_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.datasets import Video
    from mebench.runner import ProgressCallback, Store
    from mebench_vision.faces.crops import Faces

    Arrays = Mapping[str, NDArray[Any]]

Kind = Literal["micro", "macro"]

FACES_SHARE = 0.5
"""Share of reading the faces in the time per video, for the progress bar."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """What was spotted of one kind in one video.

    Attributes
    ----------
    intervals : sequence of DetectedInterval
        The intervals, with scores.
    threshold : float or None
        The operating point; None if all intervals count.
    curves : dict of str to array of shape (n_frames,)
        Scores per frame.
    """

    intervals: Sequence[DetectedInterval] = ()
    threshold: float | None = None
    curves: Mapping[str, NDArray[np.floating]] = field(default_factory=dict)


class Spotter(Baseline):
    """A method that finds intervals and names no emotions.

    Attributes
    ----------
    kinds : tuple of str
        The kinds of expressions that the method spots, of those that the protocol asks for.
    """

    spots = True
    recognizes = False
    reuses_process = True
    options_type = FaceOptions
    kinds: ClassVar[tuple[Kind, ...]] = ("micro", "macro")

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, FaceOptions)
        self._face_settings = options.faces()

    @abstractmethod
    def compute(
        self, video: UnseenVideo, kind: Kind, faces: Faces, report: ProgressCallback
    ) -> Arrays:
        """Compute what every fold needs of a video to spot a kind of expressions."""

    @abstractmethod
    def feature_key(self, video: Video, kind: Kind) -> Mapping[str, Any]:
        """Return what the arrays of :meth:`compute` depend on besides the faces, as plain data."""

    @abstractmethod
    def work(self, video: Video, kind: Kind) -> Size:
        """Return how much work :meth:`compute` is, without reading frames."""

    @abstractmethod
    def spot_kind(self, fold: Fold, kind: Kind, half: int) -> Iterator[Spotted]:
        """Spot one kind of expressions in each test video, in their order.

        Parameters
        ----------
        fold : Fold
            The fold.
        kind : {"micro", "macro"}
            The kind.
        half : int
            Half the mean length of the training expressions of this kind, in frames.
        """

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces need, with their packages."""
        return self._face_settings.requirements()

    def dependencies(self) -> Mapping[str, str]:
        """Return what the faces depend on besides the options."""
        return self._face_settings.dependencies()

    def size(self, videos: Sequence[Video]) -> Size:
        """Return the number of pairs of frames, and the size of faces and features on disk."""
        from mebench_vision.faces.crops import BYTES_PER_FRAME

        work = [self.work(video, kind) for video in videos for kind in self.target_kinds()]
        return Size(
            sum(size.pairs for size in work),
            sum(size.disk for size in work)
            + sum(video.n_frames for video in videos) * BYTES_PER_FRAME,
        )

    def target_kinds(self) -> list[Kind]:
        """Return the kinds that the protocol asks for and the method spots."""
        targets = () if self.protocol is None else self.protocol.targets
        return [kind for kind in self.kinds if kind in targets]

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        """Store the faces and the features of a video, unless they are already stored."""
        from mebench_vision.features.feature_cache import partial_progress, video_faces

        reading = partial_progress(report, 0, FACES_SHARE)
        self.warnings += video_faces(video, self._face_settings, store, reading).warnings(video)
        kinds, begin = self.target_kinds(), FACES_SHARE
        for kind in kinds:
            end = begin + (1 - FACES_SHARE) / len(kinds)
            self.features(video, kind, store, partial_progress(report, begin, end))
            begin = end

    def features(
        self,
        video: UnseenVideo,
        kind: Kind,
        store: Store,
        report: ProgressCallback = ignore_progress,
    ) -> Arrays:
        """Return the arrays of :meth:`compute` from the store; missing ones are computed."""
        from mebench_vision.features.feature_cache import video_faces

        key = {
            "kind": f"classics-{self.name}",
            "version": self.version,
            **self._face_settings.crop_key(video),
            **self.feature_key(video, kind),
        }
        arrays = store.get(key)
        if arrays is None:
            faces = video_faces(video, self._face_settings, store)
            arrays = dict(self.compute(video, kind, faces, report))
            store.put(key, arrays)
        return arrays

    def predict(self, fold: Fold) -> Iterator[VideoPrediction]:
        """Predict the test videos, one kind of expressions after the other."""
        results: dict[Kind, list[Spotted]] = {}
        for kind in self.target_kinds():
            lengths = [len(one) for video in fold.training for one in expressions_of(video, kind)]
            results[kind] = list(self.spot_kind(fold, kind, half_length(lengths)))
        for number, video in enumerate(fold.test):
            yield join_kinds(video, {kind: results[kind][number] for kind in results})


def join_kinds(video: UnseenVideo, results: Mapping[Kind, Spotted]) -> VideoPrediction:
    """Return the prediction of a video from the results of each kind."""
    thresholds = {
        kind: result.threshold for kind, result in results.items() if result.threshold is not None
    }
    several = len(results) > 1
    return VideoPrediction(
        video,
        [interval for result in results.values() for interval in result.intervals],
        score_threshold=dict(thresholds) or None,
        curves={
            f"{kind}-{name}" if several else name: curve
            for kind, result in results.items()
            for name, curve in result.curves.items()
        },
    )
