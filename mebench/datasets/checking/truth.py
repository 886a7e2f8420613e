"""The annotations of a copy: on their own, and beside the videos they speak of."""

from __future__ import annotations

from dataclasses import replace

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.generic.protocol import protocol_for
from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place
from mebench.protocols import prefer_shipped
from mebench.records.protocol import Protocol
from mebench.records.truth import TruthInterval, TruthManifest, TruthVideo
from mebench.scoring.expectations import CountComparison
from mebench.wording import pluralize


def check_truth(dataset: Dataset, truth: TruthManifest, findings: Findings) -> None:
    """Report what is wrong with a truth, whatever the protocol.

    Parameters
    ----------
    dataset : Dataset
        Whose truth it is.
    truth : TruthManifest
        The truth.
    findings : Findings
        Takes in what is wrong.
    """
    within = Findings()
    try:
        counts_by_protocol(
            truth, prefer_shipped(protocol_for(truth, dataset.id, dataset.id)), within
        )
    except MebenchError as error:
        within.extend_from(error)
    for one in within.kept:
        findings.add(_placed(one, dataset))


def counts_by_protocol(
    truth: TruthManifest, protocol: Protocol, findings: Findings
) -> list[CountComparison]:
    """Read a truth under a protocol; return what the protocol expects beside what is there.

    Parameters
    ----------
    truth : TruthManifest
        The truth.
    protocol : Protocol
        The protocol.
    findings : Findings
        Takes in what is wrong.

    Raises
    ------
    MebenchError
        If the truth is none that the protocol can score.
    """
    from mebench.formats.reading import read_truth
    from mebench.scoring.expectations import recognition_counts, spotting_counts
    from mebench.scoring.manifest import build_spotting_truth
    from mebench.scoring.opening import check_truth_task
    from mebench.scoring.recognition import build_recognition_truth

    sheet = read_truth(truth, findings)
    check_truth_task(sheet, protocol, findings)
    if protocol.spots:
        return spotting_counts(build_spotting_truth(sheet, protocol, findings))
    return recognition_counts(build_recognition_truth(sheet, protocol, findings))


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
                f"The video has {pluralize(video.n_frames, 'frame')}, and the truth says {expected}.",
                "Is it the right video, and is it whole? Does its numbering begin where it should?",
                place,
            )
        return
    for one in record.intervals or []:
        if one["offset"] >= video.n_frames:
            findings.error(
                "frame-outside-video",
                _outside(one, video.n_frames),
                "Mend its frames, or the numbering of the files.",
                place,
            )


def _outside(one: TruthInterval, n_frames: int) -> str:
    return (
        f"The interval [{one['onset']}, {one['offset']}] reaches outside its video, which "
        f"has {pluralize(n_frames, 'frame')}."
    )


def _placed(one: Diagnostic, dataset: Dataset) -> Diagnostic:
    """Return a finding on the truth with the file it came from; a data set may have none."""
    file = getattr(dataset, "truth_file", None)
    place = replace(one.place, file=None if file is None else str(file), pointer=None)
    return replace(one, place=place)
