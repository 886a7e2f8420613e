"""Frame rates for files with times in seconds: an option, the truth, or the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mebench.diagnostics import Findings
from mebench.formats.fractional_frames import exact_rate
from mebench.models.annotation_table import PredictionTable, TruthTable, VideoRow
from mebench.models.protocol import Protocol


def set_truth_frames(
    table: TruthTable, protocol: Protocol | None, given: Fraction | None, findings: Findings
) -> None:
    """Set the frames of a truth in seconds; ``given`` overrides all other frame rates."""
    if table.times is not None:
        from mebench.formats.frame_times import set_frames_of_times

        rates = [given or _rate_of(video, table.dataset, protocol) for video in table.videos]
        set_frames_of_times(table, rates, findings)


def set_predicted_frames(
    table: PredictionTable,
    protocol: Protocol,
    in_truth: Sequence[VideoRow | None],
    given: Fraction | None,
    findings: Findings,
) -> None:
    """Set the frames of predictions in seconds; ``in_truth`` are their videos in the truth."""
    from mebench.formats.frame_times import set_frames_of_times

    rates = [
        given or _rate_of(known or video, table.dataset, protocol)
        for video, known in zip(table.videos, in_truth, strict=True)
    ]
    set_frames_of_times(table, rates, findings)


def _rate_of(video: VideoRow, dataset: str | None, protocol: Protocol | None) -> Fraction | None:
    if video.fps is not None:
        return exact_rate(video.fps)
    if protocol is None:
        return None
    rules = protocol.dataset(video.dataset or dataset or protocol.only_dataset or "")
    return None if rules is None or rules.fps is None else exact_rate(rules.fps)


def note_ignored_labels(table: PredictionTable, findings: Findings) -> None:
    """Note labels of temporal action localization that are no kinds, in a spotting protocol."""
    labels = table.intervals.labels
    if not (table.foreign and labels):
        return
    from mebench.formats.action_localization import ACTIVITYNET, LOCALIZATION_TABLE

    if table.format in (ACTIVITYNET, LOCALIZATION_TABLE):
        findings.note(
            "labels-ignored",
            f"The protocol does not analyze emotions; labels such as {labels[0][:40]!r} are "
            "ignored, because they are no kinds.",
            "Write micro or macro (ME or MaE), or pass --kind for the complete file.",
            table.places.header(),
        )
