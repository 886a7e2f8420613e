"""Is a copy of a data set whole? Its truth, its counts beside every protocol's, its frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol as Shape
from typing import runtime_checkable

from mebench.datasets.contract import Adapter, Dataset, Video
from mebench.datasets.generic.protocol import protocol_for
from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place
from mebench.protocols import Rules, load, of_record, shipped_ids
from mebench.records.truth import TruthManifest, TruthVideo
from mebench.wording import counted


@runtime_checkable
class Surveyed(Shape):
    """An adapter that can open what there is of an incomplete copy."""

    def survey(self, root: Path | None, findings: Findings) -> Dataset:
        """Open what there is; take in what is wrong."""
        ...


@runtime_checkable
class Inspected(Shape):
    """A video that can say what is wrong with its files."""

    def inspect(self, findings: Findings, *, all_frames: bool = False) -> None:
        """Take in what is wrong."""
        ...


def open_for_check(adapter: Adapter, root: Path | None, findings: Findings) -> Dataset | None:
    """Open a copy as far as that is possible.

    Parameters
    ----------
    adapter : Adapter
        Of the data set.
    root : Path or None
        Its folder.
    findings : Findings
        Takes in what is wrong.

    Returns
    -------
    Dataset or None
        None where nothing can be opened.
    """
    try:
        if isinstance(adapter, Surveyed):
            return adapter.survey(root, findings)
        return adapter.open(root)
    except MebenchError as error:
        findings.take_in(error)
        return None


def check(
    dataset: Dataset,
    findings: Findings,
    *,
    protocols: Sequence[str] | None = None,
    all_frames: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> list[str]:
    """Check an opened copy.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    findings : Findings
        Takes in everything that is wrong.
    protocols : sequence of str, optional
        Whose counts must hold; by default the data set's own, and all that come with mebench, name
        the data set, and can be scored on its truth alone.
    all_frames : bool
        Read every frame, not the first and the last of each video.
    progress : callable
        Told how many videos got done.

    Returns
    -------
    list of str
        The protocols whose counts were compared.
    """
    truth = dataset.truth()
    within = Findings()
    try:
        _check_truth(truth, of_record(protocol_for(truth, dataset.id, dataset.id)), within)
    except MebenchError as error:
        within.take_in(error)
    for one in within.kept:
        findings.add(_placed(one, dataset))
    own = getattr(dataset, "protocol_file", None)
    compared = (
        [load(name) for name in protocols]
        if protocols
        else [*([load(own)] if own else []), *_naming(dataset.id, truth)]
    )
    for rules in compared:
        _compare_counts(truth, rules, findings)
    _check_videos(dataset, truth, findings, all_frames, progress)
    return [rules.protocol.id for rules in compared]


def _check_truth(truth: TruthManifest, rules: Rules, findings: Findings) -> list[str]:
    """Read the truth under a protocol; return in which counts it differs."""
    from mebench.formats.reading import read_truth
    from mebench.scoring import expectations, manifest, recognition
    from mebench.scoring.opening import check_truth_task

    sheet = read_truth(truth, findings)
    check_truth_task(sheet, rules, findings)
    if rules.protocol.spots:
        return expectations.differences(manifest.build(sheet, rules, findings))
    return expectations.sample_differences(recognition.build(sheet, rules, findings))


def _placed(one: Diagnostic, dataset: Dataset) -> Diagnostic:
    """Return a finding on the truth with the file it came from; a data set may have none."""
    file = getattr(dataset, "truth_file", None)
    place = replace(one.place, file=None if file is None else str(file), pointer=None)
    return replace(one, place=place)


def _naming(dataset: str, truth: TruthManifest) -> list[Rules]:
    """Return the protocols that come with mebench and are about this data set alone."""
    everyone = [load(name) for name in shipped_ids()]
    return [
        rules
        for rules in everyone
        if rules.protocol.datasets[0].id == dataset
        and not rules.protocol.is_composite
        and bool(truth.videos if rules.protocol.spots else truth.samples)
    ]


def _compare_counts(truth: TruthManifest, rules: Rules, findings: Findings) -> None:
    """Report the counts in which a truth is not the one a protocol expects."""
    apart = Findings()
    try:
        differ = _check_truth(truth, rules, apart)
    except MebenchError as error:
        apart.take_in(error)
        differ = []
    known = {(one.code, one.message) for one in findings.kept}
    for one in apart.kept:
        if one.severity == "error" and (one.code, one.message) not in known:
            findings.add(one)
    for difference in differ:
        findings.error(
            "dataset-incomplete",
            f"{rules.protocol.id}: {difference}.",
            "Is the copy complete, and of the release that the protocol is for?",
        )


def _check_videos(
    dataset: Dataset,
    truth: TruthManifest,
    findings: Findings,
    all_frames: bool,
    progress: Callable[[int], None],
) -> None:
    videos = {(video.subject, video.id): video for video in dataset.videos()}
    reported = {
        (one.place.subject, one.place.video)
        for one in findings.kept
        if one.code in {"video-without-frames", "frames-ambiguous"}
    }
    for one in truth.videos:
        unit = (one.subject, one.video)
        video = videos.get(unit)
        if video is not None:
            try:
                _inspect(video, all_frames, findings)
                check_length(video, one, findings)
            except MebenchError as error:
                findings.take_in(error)
        elif unit not in reported:
            findings.error(
                "video-without-frames",
                "The truth names a video that the data set does not give.",
                "",
                Place(dataset=dataset.id, subject=one.subject, video=one.video),
            )
        progress(1)


def _inspect(video: Video, all_frames: bool, findings: Findings) -> None:
    if isinstance(video, Inspected):
        video.inspect(findings, all_frames=all_frames)
        return
    for number in range(video.n_frames) if all_frames else {0, video.n_frames - 1}:
        try:
            video.frame(number)
        except MebenchError as error:
            # What is wrong with all of them, as a damaged asset, is said once.
            if any(one not in findings.kept for one in error.diagnostics):
                findings.take_in(error)


def check_length(video: Video, record: TruthVideo, findings: Findings) -> None:
    """See that a video is as long as the truth says, and holds its expressions.

    Parameters
    ----------
    video : Video
        The video.
    record : TruthVideo
        What the truth says of it.
    findings : Findings
        Takes in what is wrong.
    """
    place = Place(dataset=video.dataset, subject=video.subject, video=video.id)
    expected = record.n_frames
    if expected is not None:
        if video.n_frames != expected:
            findings.error(
                "frame-count-differs",
                f"The video has {counted(video.n_frames, 'frame')}, and the truth says {expected}.",
                "Is it the right video, and is it whole? Does its numbering begin where it should?",
                place,
            )
        return
    for one in record.intervals or []:
        if one["offset"] >= video.n_frames:
            findings.error(
                "frame-outside-video",
                f"The interval [{one['onset']}, {one['offset']}] reaches outside its video, which "
                f"has {counted(video.n_frames, 'frame')}.",
                "Mend its frames, or the numbering of the files.",
                place,
            )
