"""MEAN as a baseline: prepare each video once, train in each fold, predict its test videos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from mebench import UsageError
from mebench.datasets import Video
from mebench.runner import (
    Baseline,
    BaselineOptions,
    Fold,
    SamplePrediction,
    Size,
    UnseenSample,
    UnseenVideo,
    VideoPrediction,
)
from mebench_mean.deviations import deviations_of
from mebench_mean.options import MeanOptions
from mebench_mean.studies import STUDIES

if TYPE_CHECKING:
    from pathlib import Path

    from mebench.runner import ProgressCallback, Store, Trained
    from mebench_mean.final_model import FinalModel


class FlowBaseline(Baseline):
    """What MEAN and its control have in common: the features of each video."""

    version = "2"
    model_selection = "none"
    reuses_process = True  # importing and compiling in each fold would take longer than training
    options_type = MeanOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, MeanOptions)
        self.settings: MeanOptions = options

    @property
    def _recognition_only(self) -> bool:
        """Whether the protocol gives the intervals, so only onset-to-apex pairs are needed."""
        return self.protocol is not None and not self.protocol.spots

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces and flow need, with their packages."""
        return self.settings.features().requirements()

    def size(self, videos: Sequence[Video]) -> Size:
        """Return the number of pairs of frames, and the size of faces and features on disk."""
        from mebench_vision.faces.crops import BYTES_PER_FRAME
        from mebench_vision.features.extraction import BYTES_PER_PAIR

        if self._recognition_only:
            return Size(disk=sum(video.n_frames for video in videos) * BYTES_PER_FRAME)
        features = self.settings.features()
        pairs = [max(0, video.n_frames - features.k_for(video)) for video in videos]
        frames = sum(video.n_frames for video, count in zip(videos, pairs, strict=True) if count)
        return Size(sum(pairs), sum(pairs) * BYTES_PER_PAIR + frames * BYTES_PER_FRAME)

    def warm_up(self) -> None:
        """Check that the optical flow works here, and compile it for the worker processes."""
        from mebench_vision.flow import warm_up

        warm_up(self.settings.flow)

    def dependencies(self) -> Mapping[str, str]:
        """Return what the features depend on besides the options."""
        return self.settings.features().dependencies()

    def check(self, videos: Sequence[Video]) -> None:
        """Refuse a published k' for a data set without one."""
        from mebench_mean.expression_length import published_half_length

        assert self.protocol is not None
        if self.settings.half_length == "published" and self.protocol.spots:
            published_half_length(self.protocol.id)

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        """Store the faces and the features of a video, unless they are already stored."""
        from mebench_vision.features.feature_cache import prepare, video_faces

        features = self.settings.features()
        if self._recognition_only:
            self.warnings += video_faces(video, features, store, report).warnings(video)
        else:
            self.warnings += prepare(video, features, store, report)


class Mean(FlowBaseline):
    """Micro-expression analysis network: three shallow streams; spotting, then recognition."""

    name = "mean"
    title = "MEAN: three-stream network on optical flow, spot-then-recognize"
    authors = ("Gen-Bing Liong", "John See", "Chee Seng Chan")
    paper = (
        "Spot-then-recognize: A micro-expression analysis network for seamless evaluation of long "
        "videos. Signal Processing: Image Communication, 2023"
    )
    studies = STUDIES

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        self._final_model: FinalModel | None = None

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces, flow and networks need, with their packages."""
        from mebench_vision.networks.backend import backend_name

        networks = {name: name for name in ("keras", backend_name())}
        return {**super().requirements(), **networks}

    def deviations(self) -> Sequence[str]:
        """Return the deviations from the source that the preset follows."""
        return deviations_of(self.settings)

    def dependencies(self) -> Mapping[str, str]:
        """Return what the predictions depend on besides the options."""
        from mebench_mean.author_folder import AuthorFolder
        from mebench_vision.networks.backend import device_name, software_versions

        folder = self.settings.author_weights
        return {
            **software_versions(),
            "device": device_name(),
            **({} if folder is None else {"author_weights": AuthorFolder(folder).hash}),
            **super().dependencies(),
        }

    def default_jobs(self) -> int | None:
        """Return one process on a GPU, whose memory several processes would share."""
        from mebench_vision.networks.backend import CPU, device_name

        return None if device_name().startswith(CPU) else 1

    def check(self, videos: Sequence[Video]) -> None:
        """Refuse author weights that do not fit."""
        from mebench_mean.author_folder import AuthorFolder, subjects_of

        super().check(videos)
        protocol, folder = self.protocol, self.settings.author_weights
        assert protocol is not None
        if folder is None:
            return
        if not protocol.spots:
            raise UsageError.of(
                "author-folder",
                f"{protocol.id} gives the intervals, but the authors' networks recognize what they "
                "have spotted.",
                "Choose a protocol that spots.",
            )
        subjects = subjects_of(videos)
        AuthorFolder(folder).check(subjects, recognizes=protocol.analyses)

    def variant_name(self) -> str:
        """Return the preset and the flow."""
        return f"{self.settings.preset}, TV-L1 by {self.settings.flow}"

    def prepare_sample(self, sample: UnseenSample, store: Store, report: ProgressCallback) -> None:
        """Store the features of a sample: of its onset and its apex, which may be searched."""
        from mebench_mean.training_data import sample_features

        sample_features([sample], self.settings.features(), store)

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Train on the training videos, and predict the test videos or test samples."""
        if fold.protocol.spots:
            yield from self._spot_then_recognize(fold)
        else:
            yield from self._recognize(fold)

    def _spot_then_recognize(self, fold: Fold) -> Iterator[VideoPrediction]:
        from mebench_mean.author_folds import fold_models
        from mebench_mean.postprocessing import predict_video

        models = fold_models(fold, self.settings)
        for video in fold.test:
            curve = models.curve(video)
            emotions = models.emotions(video) if fold.protocol.analyses else None
            yield predict_video(
                video,
                curve,
                models.half_of(video),
                self.settings,
                emotions,
                classes=fold.protocol.classes,
                one_per_video=fold.protocol.one_per_video,
            )

    def _recognize(self, fold: Fold) -> Iterator[SamplePrediction]:
        """Predict the emotions of given samples, with the recognition network alone."""
        from mebench_mean.fold_models import FoldModels
        from mebench_mean.postprocessing import predict_sample
        from mebench_mean.training_data import sample_features

        models = FoldModels(fold, self.settings)
        for sample in fold.test_samples:
            key = models.features.features_key(sample.video) | {
                "what": "sample",
                "frames": [sample.onset, sample.apex, sample.offset],
                "apex": models.features.apex,
            }
            load_features = partial(sample_features, [sample], models.features, fold.store)
            [probabilities] = models.recognition.outputs(key, load_features)
            yield predict_sample(sample, fold.protocol.classes, probabilities)

    def train(self, fold: Fold) -> Trained:
        """Train both networks on all training videos of a fold."""
        from mebench_mean.final_model import train

        return train(fold, self.settings)

    def spot(
        self, video: UnseenVideo, trained: Trained, store: Store, report: ProgressCallback
    ) -> VideoPrediction:
        """Predict any video with trained networks."""
        from mebench_mean.final_model import FinalModel

        if self._final_model is None or self._final_model.trained is not trained:
            self._final_model = FinalModel(trained, self.settings)
        self.prepare(video, store, report)
        return self._final_model.predict_video(video, store, report)

    def import_weights(self, files: Sequence[Path]) -> Trained:
        """Read the authors' weights: a spotting file, and optionally a recognition file."""
        from mebench_mean.author_weights import read_author_weights

        has_half_length = isinstance(self.settings.half_length, int)
        return read_author_weights(files, has_half_length=has_half_length)
