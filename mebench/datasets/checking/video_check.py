"""Check the files of each video: present, complete, and as long as the truth states.

Videos stored as files are not decoded, so that the largest data sets are checked in seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.images import unreadable_video
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TruthManifest, TruthVideo
from mebench.util.text import pluralize

THREADS = 4
"""Videos that are inspected at the same time: listing a folder on a network drive is slow."""


def check_videos(
    dataset: Dataset,
    truth: TruthManifest,
    findings: Findings,
    progress: Callable[[int], None],
    *,
    intervals: bool = True,
) -> list[Video]:
    """Inspect every video and, on request, whether its intervals fit; return the readable ones."""
    videos = {(video.subject, video.id): video for video in dataset.videos()}
    reported = {
        (finding.place.subject, finding.place.video)
        for finding in findings.kept
        if finding.code in {"video-without-frames", "frames-ambiguous", "video-unreadable"}
    }
    # A finding about the copy without a video covers all videos.
    has_no_frames = any(
        finding.code == "frames-none" and finding.place.video is None for finding in findings.kept
    )
    pairs: list[tuple[Video, TruthVideo]] = []
    for record in truth.videos:
        video = videos.get((record.subject, record.video))
        if video is not None:
            pairs.append((video, record))
            continue
        if not has_no_frames and (record.subject, record.video) not in reported:
            message = "The truth names a video that the data set does not have."
            place = Place(dataset=dataset.id, subject=record.subject, video=record.video)
            findings.error("video-without-frames", message, "", place)
        progress(1)
    known = {(finding.code, finding.place, finding.message) for finding in findings.kept}
    check = partial(_check_video, intervals=intervals)
    readable = []
    with ThreadPoolExecutor(THREADS) as pool:
        # Rendered videos may share state between them.
        are_files = all(video.reads_files for video, _ in pairs)
        results = pool.map(check, pairs) if are_files else map(check, pairs)
        for (video, _), (video_findings, is_readable) in zip(pairs, results, strict=True):
            for finding in video_findings.kept:
                # A problem that all videos share, such as a damaged asset, is reported once.
                if (finding.code, finding.place, finding.message) not in known:
                    known.add((finding.code, finding.place, finding.message))
                    findings.add(finding)
            progress(1)
            if is_readable:
                readable.append(video)
    return readable


def _check_video(pair: tuple[Video, TruthVideo], intervals: bool) -> tuple[Findings, bool]:
    """Return the findings on a video, and whether it can be read."""
    video, record = pair
    findings = Findings()
    try:
        video.inspect(findings)
        if intervals or record.n_frames is not None:
            check_length(video, record, findings)
        return findings, True
    except MebenchError as error:
        findings.extend_from(error)
    except OSError as error:  # the file disappeared during the check
        place = Place(dataset=video.dataset, subject=video.subject, video=video.id)
        findings.extend_from(unreadable_video(error, place))
    return findings, False


def check_length(video: Video, record: TruthVideo, findings: Findings) -> None:
    """Check that a video is as long as the truth states, or long enough for its expressions."""
    place = Place(dataset=video.dataset, subject=video.subject, video=video.id)
    frames = pluralize(video.n_frames, "frame")
    if record.n_frames is not None:
        if video.n_frames != record.n_frames:
            message = f"The video has {frames}; the truth states {record.n_frames}."
            remedy = (
                "Check that it is the right video, that it is complete, and that the numbering of "
                "its files starts at the right number."
            )
            findings.error("frame-count-differs", message, remedy, place)
        return
    remedy = "Correct the interval, or the numbering of the video's files."
    for interval in record.intervals or []:
        onset, offset = interval["onset"], interval["offset"]
        if offset >= video.n_frames:
            message = (
                f"The interval [{onset}, {offset}] reaches outside its video, which has {frames}."
            )
            findings.error("frame-outside-video", message, remedy, place)
