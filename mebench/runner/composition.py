"""Two methods as one baseline: ``mdmd+ststnet`` spots with the first, recognizes with the second.

The first is run as under a protocol that only spots. Its micro-expressions then become the samples
of a recognition protocol, on whose training samples, the labeled micro-expressions of the training
videos, the second is trained. So any spotter goes with any recognizer, and neither knows of it.
"""

from __future__ import annotations

import copyreg
from abc import ABCMeta
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.models.submission import ModelSelection
from mebench.runner.composed_options import ComposedOptions, compose_options
from mebench.runner.contract import Baseline, BaselineOptions, Size
from mebench.runner.prediction_checks import bad_result, check_predictions
from mebench.runner.types import (
    AnnotatedSample,
    DetectedInterval,
    Fold,
    SamplePrediction,
    UnseenSample,
    UnseenVideo,
    VideoPrediction,
)

if TYPE_CHECKING:
    from mebench.datasets.contract import Video
    from mebench.models.protocol import Protocol
    from mebench.runner.types import ProgressCallback
    from mebench.util.array_store import Store

LEAST_TRUSTED: tuple[ModelSelection, ...] = ("test", "unknown", "validation", "none")


class _CompositionType(ABCMeta):
    """The type of compositions, which are pickled by their parts: they are made at run time."""

    parts: tuple[type[Baseline], ...]


class Composition(Baseline, metaclass=_CompositionType):
    """A spotter and a recognizer.

    A package subclasses it to give a combination a name: the subclass needs ``name`` and ``parts``,
    and what else it does not state is taken from its parts.
    """

    def __init_subclass__(cls, *, is_grid: bool = False, **arguments: Any) -> None:
        """Check the parts, and take from them what the class does not state.

        Raises
        ------
        TypeError
            If ``parts`` are not a spotter and a recognizer.
        """
        super().__init_subclass__(**arguments)
        if not is_grid:
            _check_parts(cls.parts)
        for name, value in _metadata(cls.parts).items():
            if name not in vars(cls):
                setattr(cls, name, value)
        if not issubclass(cls.options_type, ComposedOptions):
            raise TypeError("`options_type` of a Composition is made from its parts; remove it")

    def __init__(self, options: BaselineOptions) -> None:
        super().__init__(options)
        assert isinstance(options, ComposedOptions)
        self.methods = [part(options.of(index)) for index, part in enumerate(self.parts)]
        for method in self.methods:
            method.warnings = self.warnings  # what the methods report is reported as ours

    @property
    def _both(self) -> tuple[Baseline, Baseline]:
        """The two methods, each with the protocol that it runs under."""
        spotter, recognizer = self.methods
        if self.protocol is not None:
            spotter.protocol = spotting_part(self.protocol)
            recognizer.protocol = recognition_part(self.protocol)
        return spotter, recognizer

    def requirements(self) -> Mapping[str, str]:
        """Return the modules that the methods import."""
        return {name: package for one in self._both for name, package in one.requirements().items()}

    def warm_up(self) -> None:
        """Warm up both methods."""
        for one in self._both:
            one.warm_up()

    def check(self, videos: Sequence[Video]) -> None:
        """Let both methods refuse the videos."""
        for one in self._both:
            one.check(videos)

    def default_jobs(self) -> int | None:
        """Return the smallest number of processes of the methods."""
        return min((jobs for one in self.methods if (jobs := one.default_jobs())), default=None)

    def size(self, videos: Sequence[Video]) -> Size:
        """Return the work of both methods; what they share is counted twice."""
        sizes = [one.size(videos) for one in self._both]
        return Size(sum(size.pairs for size in sizes), sum(size.disk for size in sizes))

    def deviations(self) -> Sequence[str]:
        """Return the deviations of both methods, each with its method."""
        return [f"{one.name}: {sentence}" for one in self._both for sentence in one.deviations()]

    def dependencies(self) -> Mapping[str, str]:
        """Return what the predictions of both methods depend on."""
        dependencies = [dict(one.dependencies()) for one in self._both]
        if all(
            dependencies[0][name] == dependencies[1][name]
            for name in dependencies[0].keys() & dependencies[1].keys()
        ):
            return {**dependencies[0], **dependencies[1]}
        return {
            f"{one.name}: {name}": value
            for one, named in zip(self._both, dependencies, strict=True)
            for name, value in named.items()
        }

    def variant_name(self) -> str:
        """Return the variants of both methods."""
        return "; ".join(filter(None, (one.variant_name() for one in self._both)))

    def prepare(self, video: UnseenVideo, store: Store, report: ProgressCallback) -> None:
        """Let both methods prepare a video."""
        for half, one in enumerate(self._both):
            one.prepare(video, store, _half_of(report, half, one))

    def predict(self, fold: Fold) -> Iterator[VideoPrediction | SamplePrediction]:
        """Spot with the first method, and name the emotions of the intervals with the second."""
        spotter, recognizer = self._both
        if not (fold.protocol.spots and fold.protocol.analyses):
            # There is nothing to combine: a single method has the whole task.
            yield from (spotter if fold.protocol.spots else recognizer).predict(fold)
            return
        spotting = replace(
            fold,
            protocol=spotting_part(fold.protocol),
            report=_half_of(fold.report, 0, spotter),
        )
        predictions = list(spotter.predict(spotting))
        check_predictions(predictions, spotting)
        videos = [one for one in predictions if isinstance(one, VideoPrediction)]
        samples = {
            (row, column): _sample(video.video, interval, column)
            for row, video in enumerate(videos)
            for column, interval in enumerate(video.spotted)
            if interval.kind != "macro"
        }
        named = self._recognize(recognizer, fold, list(samples.values())) if samples else {}
        for row, video in enumerate(videos):
            yield replace(
                video,
                spotted=[
                    replace(
                        interval,
                        emotion=named[_key(samples[row, column])].emotion,
                        emotion_scores=named[_key(samples[row, column])].emotion_scores,
                    )
                    if (row, column) in samples
                    else interval
                    for column, interval in enumerate(video.spotted)
                ],
            )

    def _recognize(
        self, recognizer: Baseline, fold: Fold, samples: Sequence[UnseenSample]
    ) -> dict[tuple[str, str, str], SamplePrediction]:
        """Return what the second method predicts for each spotted interval."""
        recognition = replace(
            fold,
            protocol=recognition_part(fold.protocol),
            training=(),
            test=(),
            training_samples=tuple(training_samples(fold)),
            test_samples=tuple(samples),
            report=_half_of(fold.report, 1, recognizer),
        )
        predictions = list(recognizer.predict(recognition))
        check_predictions(predictions, recognition)
        named = {_key(one.sample): one for one in predictions if isinstance(one, SamplePrediction)}
        missing = [sample for sample in samples if _key(sample) not in named]
        if missing:
            raise bad_result(
                f"{recognizer.name} named no emotion for {len(missing)} of {len(samples)} spotted "
                f"intervals, such as {missing[0].subject}/{missing[0].id}."
            )
        return named


def _half_of(report: ProgressCallback, half: int, method: Baseline) -> ProgressCallback:
    """Return a progress callback for the first or the second half of the work."""

    def report_half(share: float, what: str) -> None:
        report((half + share) / 2, f"{method.name}: {what}")

    return report_half


def spotting_part(protocol: Protocol) -> Protocol:
    """Return the protocol that the first method runs under: spotting, without emotions."""
    return protocol.model_copy(update={"task": "spot", "classes": []})


def recognition_part(protocol: Protocol) -> Protocol:
    """Return the protocol that the second method runs under: given intervals, all classes."""
    changes = {"task": "recognize", "targets": [], "one_per_video": False}
    return protocol.model_copy(update={**changes, "first_expression_only": False})


def training_samples(fold: Fold) -> Iterator[AnnotatedSample]:
    """Yield the labeled micro-expressions of the training videos as samples."""
    for video in fold.training:
        for number, one in enumerate(video.expressions):
            if one.kind == "micro" and one.emotion is not None:
                yield AnnotatedSample(
                    *(video.dataset, video.subject, f"{video.id}#{number}", UnseenVideo(video)),
                    *(one.onset, one.apex, one.offset, one.emotion),
                )


def _sample(video: UnseenVideo, interval: DetectedInterval, number: int) -> UnseenSample:
    """Return a spotted interval as a sample, clipped to its video as the harness does."""
    last = video.n_frames - 1
    onset, offset = max(0, interval.onset), min(last, interval.offset)
    apex = None if interval.apex is None else min(max(interval.apex, onset), offset)
    identifier = f"{video.id}#{number}"
    return UnseenSample(
        video.dataset, video.subject, identifier, UnseenVideo(video), onset, apex, offset
    )


def _key(sample: UnseenSample) -> tuple[str, str, str]:
    return sample.dataset, sample.subject, sample.id


def _check_parts(parts: Any) -> None:
    """Raise ``TypeError`` unless the parts are a method that spots and one that recognizes."""
    are_methods = isinstance(parts, tuple) and all(
        isinstance(part, type) and issubclass(part, Baseline) for part in parts
    )
    if not (are_methods and len(parts) == 2 and parts[0].spots and parts[1].recognizes):
        raise TypeError(
            f"`parts` of a Composition is {parts!r:.200}; expected a tuple of two subclasses of "
            "Baseline, one that spots and one that recognizes"
        )


def _metadata(parts: tuple[type[Baseline], ...]) -> dict[str, Any]:
    """Return the attributes of a combination of methods."""
    attributes: dict[str, Any] = {
        "version": "+".join(part.version for part in parts),
        "title": "; then: ".join(part.title for part in parts),
        "authors": tuple(dict.fromkeys(author for part in parts for author in part.authors)),
        "paper": "; ".join(part.paper for part in parts if part.paper) or None,
        "model_selection": min((part.model_selection for part in parts), key=LEAST_TRUSTED.index),
        "needs_truth": any(part.needs_truth for part in parts),
        "reuses_process": all(part.reuses_process for part in parts),
        "options_type": compose_options(parts),
    }
    for method in ("prepare", "warm_up"):  # without one, no process is started for it
        if all(getattr(part, method) is getattr(Baseline, method) for part in parts):
            attributes[method] = getattr(Baseline, method)
    return attributes


@cache
def compose(spotter: type[Baseline], recognizer: type[Baseline]) -> type[Composition]:
    """Return the baseline that spots with one method and recognizes with another.

    Raises
    ------
    UsageError
        ``baseline-task`` if the first does not spot, or the second does not recognize.
    """
    for does, part, what in (
        (spotter.spots, spotter, "spot"),
        (recognizer.recognizes, recognizer, "recognize"),
    ):
        if not does:
            raise UsageError.of(
                "baseline-task",
                f"The baseline {part.name} does not {what}.",
                "Write the method that spots first: SPOTTER+RECOGNIZER. "
                "`mebench run-baseline --list` shows what each method does.",
            )
    both = (spotter, recognizer)
    members = {"__module__": __name__, "name": f"{spotter.name}+{recognizer.name}", "parts": both}
    kind: Any = _CompositionType("Composition", (Composition,), members)
    return kind  # type: ignore[no-any-return]


def compose_all(name: str, parts: tuple[type[Baseline], ...]) -> type[Composition]:
    """Return a class that has the options and the metadata of all methods of a grid."""
    members = {"__module__": __name__, "name": name, "parts": parts}
    kind: Any = _CompositionType("Composition", (Composition,), members, is_grid=True)
    return kind  # type: ignore[no-any-return]


def _reduce(kind: _CompositionType) -> Any:
    """Return the name of a class that is in a module, or how to make it again."""
    if kind.__module__ == __name__ and kind is not Composition:
        return compose, kind.parts
    return kind.__qualname__


copyreg.pickle(_CompositionType, _reduce)
