"""The test videos of a challenge whose truth is not public, as its protocol lists them.

They serve the checks of a submission: which videos exist, and how long they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from mebench.diagnostics import Findings
from mebench.formats import native_json
from mebench.models.annotation_table import AnnotationTable, TruthTable, VideoRow
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.models.truth import TRUTH_FORMAT, TruthManifest, TruthVideo
from mebench.protocols.id_matching import canonical_id, quote_name, subject_from_name
from mebench.util.text import pluralize


def assign_datasets(table: AnnotationTable, protocol: Protocol) -> None:
    """Give rows that name no data set the one that lists their video.

    The other rows of a file get the data set of the file: that of its name, or of its other rows.
    """
    if not protocol.is_composite or table.dataset is not None:
        return
    rows = table.videos
    datasets = [row.dataset or _only(_listing(protocol, row)) for row in rows]
    name = PurePath(table.file or "").name
    of_file = {dataset.id for dataset in protocol.datasets if dataset.file == name}
    default = _only(of_file or {dataset for dataset in datasets if dataset is not None})
    table.videos = [
        row._replace(dataset=dataset or default)
        for row, dataset in zip(rows, datasets, strict=True)
    ]


def _listing(protocol: Protocol, row: VideoRow) -> set[str]:
    """Return the data sets that list the video of a row."""
    return {dataset.id for dataset in protocol.datasets if _key(dataset, row) in _listed(dataset)}


def _only(names: set[str]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None


def _listed(dataset: ProtocolDataset) -> set[tuple[str, str] | None]:
    return {
        _key(dataset, VideoRow(dataset.id, video.subject, video.video))
        for video in dataset.blind_videos
    }


def _key(dataset: ProtocolDataset, row: VideoRow) -> tuple[str, str] | None:
    """Return subject and video in the canonical spelling; None if the subject is unknown."""
    subject = row.subject or subject_from_name(dataset, row.video)
    if subject is None:
        return None
    return canonical_id(dataset.subjects, subject), canonical_id(dataset.videos, row.video)


def blind_truth(
    protocol: Protocol, findings: Findings, predictions: AnnotationTable | None = None
) -> TruthTable:
    """Return the listed videos as a blind truth.

    Where the names of some videos are not known, the list includes as many further videos of the
    predictions, with a warning.
    """
    videos = [
        TruthVideo(
            dataset=dataset.id, subject=video.subject, video=video.video, n_frames=video.n_frames
        )
        for dataset in protocol.datasets
        for video in dataset.blind_videos
    ]
    if predictions is not None:
        for dataset in protocol.datasets:
            videos += _unlisted(dataset, protocol, predictions, findings)
    truth = TruthManifest(format=TRUTH_FORMAT, blind=True, videos=videos)
    return native_json.read_truth(truth.to_json(), None, findings)


def _unlisted(
    dataset: ProtocolDataset, protocol: Protocol, predictions: AnnotationTable, findings: Findings
) -> Iterator[TruthVideo]:
    """Yield the videos of the predictions that may be those whose names are not known."""
    listed = _listed(dataset)
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for number, row in enumerate(predictions.videos):
        name = row.dataset or predictions.dataset or protocol.only_dataset
        key = _key(dataset, row)
        if name in {dataset.id, *dataset.also_named} and key is not None and key not in listed:
            subject = row.subject or subject_from_name(dataset, row.video)
            found.setdefault(key, (number, subject or ""))
    if not found or len(found) > dataset.unlisted_videos:
        return  # more than there can be: all are reported as unknown
    names = ", ".join(quote_name(predictions.videos[number].video) for number, _ in found.values())
    total = len(dataset.blind_videos) + dataset.unlisted_videos
    first = next(iter(found.values()))[0]
    findings.warning(
        "blind-video-unlisted",
        f"{protocol.id} knows {len(dataset.blind_videos)} of the {total} names of videos of "
        f"{dataset.id}; {names} {'is' if len(found) == 1 else 'are'} not among them, and could not "
        "be checked.",
        "Compare the names with those of the files that you received.",
        predictions.places.video(first, "video"),
    )
    for number, subject in found.values():
        video = predictions.videos[number].video
        yield TruthVideo(dataset=dataset.id, subject=subject, video=video)


def report_missing_videos(
    protocol: Protocol, predictions: AnnotationTable, findings: Findings
) -> None:
    """Report listed videos that a file does not name; data sets without any row are noted."""
    place = predictions.places.header()
    for dataset in protocol.datasets:
        names = {dataset.id, *dataset.also_named}
        keys = {
            _key(dataset, row)
            for row in predictions.videos
            if (row.dataset or predictions.dataset or protocol.only_dataset) in names
        }
        missing = [
            video.video
            for video in dataset.blind_videos
            if _key(dataset, VideoRow(dataset.id, video.subject, video.video)) not in keys
        ]
        if not keys:
            file = f"; {dataset.file} has them" if dataset.file else ""
            message = f"The file has no video of {dataset.id}{file}."
            findings.note("blind-dataset-missing", message, "", place)
        elif missing:
            listed = ", ".join(map(quote_name, missing[:10])) + " and others" * (len(missing) > 10)
            findings.warning(
                "blind-videos-missing",
                f"The file does not name {pluralize(len(missing), 'video')} of {dataset.id}: "
                f"{listed}. Without predictions, every expression in them is missed.",
                "Check that your system processed them.",
                place,
            )
