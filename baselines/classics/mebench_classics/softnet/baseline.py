"""SOFTNet as a baseline: one network per kind of expression, trained in each fold.

G.-B. Liong, J. See, L.-K. Wong, "Shallow optical flow three-stream CNN for macro- and
micro-expression spotting from long videos", ICIP 2021. Where the text gives no value, it is that of
the authors' code.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mebench import MebenchError
from mebench.runner import BaselineOptions, Fold, Size, UnseenVideo
from mebench_classics.spotter import Kind, Spotted, Spotter
from mebench_vision.faces.options import FaceOptions
from mebench_vision.features.regions import FEATURE_SHAPE
from mebench_vision.features.settings import frame_rate, k_from_fps
from mebench_vision.flow import FlowName
from mebench_vision.spotting.peaks import peak_intervals, pick_peaks
from mebench_vision.spotting.smoothing import smooth, to_frames
from mebench_vision.spotting.training_samples import (
    expressions_of,
    half_at_rate,
    pseudo_labels,
    random_order,
)

if TYPE_CHECKING:
    import keras
    from numpy.typing import NDArray

    from mebench.datasets import Video
    from mebench.runner import ProgressCallback
    from mebench_vision.faces.crops import Faces

NETWORK_VERSION = 1
"""Increased when the training changes."""

DEVIATIONS = (
    "Of several faces the largest one is taken; the authors' code takes the last one of dlib's "
    "list. Landmarks are those of the first frame's crop; the authors detect the face in it again.",
    "The two frames of a pair are a fixed time apart, so that features do not depend on the fold. "
    "In the authors' code the distance is half the mean length of all expressions, those of the "
    "test subject included: 6 and 37 frames for micro-expressions (30 and 200 frames per second), "
    "as here, and 18 and 174 for macro-expressions.",
    "Half the mean length of expressions, for labels, smoothing and intervals, is that of the "
    "training subjects; in the authors' code it is that of all subjects.",
    "Pseudo-labels include the first frame of an expression; those of the authors' code start one "
    "frame later.",
    "Videos without an expression of the kind are part of the training and are spotted; the "
    "authors' code leaves them out.",
    "Every fold starts with new weights; in the authors' code all folds start with the same.",
    "Features are stored in half precision (float16), before they are scaled.",
    "Intervals are clipped to their video. A video without a peak has no interval; in the authors' "
    "code it has a false positive at frame 0.",
    "Every local peak is written as a candidate with its score; the operating point is that of the "
    "authors' code.",
)


class SoftnetOptions(FaceOptions):
    """The options."""

    flow: FlowName = Field("numba", description="Implementation of TV-L1.")
    micro_share: float = Field(
        0.185, gt=0, le=10, description="Distance of a pair for micro-expressions, in seconds."
    )
    macro_share: float = Field(
        0.6, gt=0, le=60, description="Distance of a pair for macro-expressions, in seconds."
    )
    epochs: int = Field(10, ge=1, description="Epochs; the last one is used.")
    batch: int = Field(12, ge=1, description="Pairs of frames per training step.")
    learning_rate: float = Field(
        5e-4, gt=0, description="Learning rate of stochastic gradient descent."
    )
    augment: bool = Field(
        True, description="Add mirrored, blurred and noisy pairs of micro-expressions."
    )
    threshold: float = Field(
        0.55, ge=0, le=1, description="Threshold of peaks, from mean (0) to maximum (1)."
    )


class Softnet(Spotter):
    """Micro- and macro-expressions as peaks of a shallow network's output."""

    name = "softnet"
    title = "SOFTNet: three-stream network on optical flow, spotting only"
    authors = ("Gen-Bing Liong", "John See", "Lai-Kuan Wong")
    paper = (
        "Shallow optical flow three-stream CNN for macro- and micro-expression spotting from long "
        "videos. IEEE International Conference on Image Processing (ICIP), 2021"
    )
    code = "https://github.com/genbing99/SoftNet-SpotME"
    options_type = SoftnetOptions

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, SoftnetOptions)
        self.settings: SoftnetOptions = options

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that faces, flow and networks need, with their packages."""
        from mebench_vision.networks.backend import backend_name

        names = ["keras", backend_name(), *(["numba"] if self.settings.flow == "numba" else [])]
        return {**super().requirements(), **{name: name for name in names}}

    def dependencies(self) -> Mapping[str, str]:
        """Return what the predictions depend on besides the options."""
        from mebench_vision.flow import flow_version
        from mebench_vision.networks.backend import device_name, software_versions

        flow = f"{self.settings.flow} {flow_version(self.settings.flow)}"
        software = {**software_versions(), "device": device_name()}
        return {**super().dependencies(), **software, "flow": flow}

    def default_jobs(self) -> int | None:
        """Return one process on a GPU, whose memory several processes would share."""
        from mebench_vision.networks.backend import CPU, device_name

        return None if device_name().startswith(CPU) else 1

    def warm_up(self) -> None:
        """Check that the optical flow works here, and compile it for the worker processes."""
        from mebench_vision.flow import warm_up

        warm_up(self.settings.flow)

    def deviations(self) -> Sequence[str]:
        """Return the deviations from the authors' code."""
        return DEVIATIONS

    def variant_name(self) -> str:
        """Return the flow."""
        return f"TV-L1 by {self.settings.flow}"

    def k_for(self, video: Video, kind: Kind) -> int:
        """Return the distance between the frames of a pair, in frames."""
        share = self.settings.micro_share if kind == "micro" else self.settings.macro_share
        return k_from_fps(frame_rate(video, "which the distance of a pair needs"), share)

    def feature_key(self, video: Video, kind: Kind) -> Mapping[str, Any]:
        """Return what the features depend on."""
        from mebench_vision.flow import flow_version

        flow = self.settings.flow
        return {"k": self.k_for(video, kind), "flow": [flow, flow_version(flow)]}

    def work(self, video: Video, kind: Kind) -> Size:
        """Return the number of pairs of frames, and the size of their features."""
        pairs = max(0, video.n_frames - self.k_for(video, kind))
        return Size(pairs, pairs * math.prod(FEATURE_SHAPE) * np.dtype(np.float16).itemsize)

    def compute(
        self, video: UnseenVideo, kind: Kind, faces: Faces, report: ProgressCallback
    ) -> Mapping[str, NDArray[Any]]:
        """Compute the features of all pairs of a video."""
        from mebench_classics.softnet.features import PairDescriber
        from mebench_vision.flow import flow_function

        k, crops = self.k_for(video, kind), faces.crops
        describer, flow = PairDescriber(faces.landmarks), flow_function(self.settings.flow)
        features = np.empty((max(0, len(crops) - k), *FEATURE_SHAPE), np.float16)
        for first in range(len(features)):
            features[first] = describer.describe(flow(crops[first], crops[first + k]))
            report((first + 1) / len(features), f"optical flow, {kind}")
        return {"features": features}

    def spot_kind(self, fold: Fold, kind: Kind, half: int) -> Iterator[Spotted]:
        """Spot a kind of expressions at the peaks of the smoothed output of the fold's network."""
        from mebench_classics.softnet.network import network_outputs

        network = self._network(fold, kind, half)
        for video in fold.test:
            features = self.features(video, kind, fold.store)["features"]
            curve = network_outputs(network, features)
            own_half = half_at_rate(half, video, fold.training)
            smoothed = smooth(curve, "simple", own_half, borders=False)
            one_per_video, threshold = fold.protocol.one_per_video, self.settings.threshold
            peaks = pick_peaks(smoothed, own_half, threshold, highest_only=one_per_video)
            yield Spotted(
                peak_intervals(peaks, own_half, own_half, video.n_frames, kind),
                peaks.threshold,
                {
                    "spotting": to_frames(curve, video.n_frames),
                    "smoothed": to_frames(smoothed, video.n_frames),
                },
            )

    def _network(self, fold: Fold, kind: Kind, half: int) -> keras.Model:
        """Return the network of a fold for a kind: from the store, or trained."""
        from mebench_classics.softnet.network import build_network, train_network
        from mebench_vision.networks.training import TrainingSchedule

        settings = self.settings
        schedule = TrainingSchedule(settings.epochs, settings.batch, settings.learning_rate)
        key = {
            "kind": "classics-softnet-network",
            "version": NETWORK_VERSION,
            "package": version("mebench-classics"),
            "dependencies": dict(self.dependencies()),
            "expressions": kind,
            "seed": fold.seed,
            "schedule": list(schedule),
            "augment": settings.augment,
            "half": half,
            "training": [
                [
                    self._face_settings.crop_key(video) | dict(self.feature_key(video, kind)),
                    [[one.onset, one.offset] for one in expressions_of(video, kind)],
                ]
                for video in fold.training
            ],
        }
        stored = fold.store.get(key)
        if stored is not None:
            network = build_network()
            network.set_weights([stored[str(index)] for index in range(len(stored))])
            return network
        features, labels = self.training_pairs(fold, kind, half)
        kinds = self.target_kinds()

        def report(share: float) -> None:
            fold.report((kinds.index(kind) + share) / len(kinds), f"training, {kind}")

        network = train_network(features, labels, schedule, fold.seed, report)
        weights = {str(index): array for index, array in enumerate(network.get_weights())}
        if not all(np.isfinite(array).all() for array in weights.values()):
            raise MebenchError.of(
                "training-diverged",
                f"The network of {kind}-expressions has weights that are not finite.",
                "Choose a lower --learning-rate.",
            )
        fold.store.put(key, weights)
        return network

    def training_pairs(
        self, fold: Fold, kind: Kind, half: int
    ) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
        """Return the training pairs (n, 42, 42, 3) of a fold with their pseudo-labels.

        Half as many pairs without an expression are drawn as the more frequent label has; pairs
        of micro-expressions are augmented.
        """
        from mebench_classics.softnet.features import augmented

        features = [np.zeros((0, *FEATURE_SHAPE), np.float16)]
        labels = [np.zeros(0, np.float32)]
        for video in fold.training:
            features.append(self.features(video, kind, fold.store)["features"])
            labels.append(pseudo_labels(len(features[-1]), expressions_of(video, kind), half))
        every, all_labels = np.concatenate(features), np.concatenate(labels)
        order = random_order(fold, len(all_labels))
        positive = order[all_labels[order] > 0]
        negative = order[all_labels[order] == 0]
        negative = negative[: max(len(positive), len(negative)) // 2]
        pairs = [every[positive], every[negative]]
        if kind == "micro" and self.settings.augment:
            pairs.insert(1, augmented(pairs[0], np.random.default_rng(fold.seed)))
        n_positive = sum(map(len, pairs[:-1]))
        n_all = n_positive + len(negative)
        return np.concatenate(pairs), (np.arange(n_all) < n_positive).astype(np.float32)
