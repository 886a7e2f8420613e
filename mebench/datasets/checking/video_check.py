"""Check the files of each video: present, complete, and as long as the truth says.

Nothing is decoded, so that the largest data sets are checked in seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from mebench.datasets.contract import Dataset, Video
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TruthInterval, TruthManifest, TruthVideo
from mebench.util.text import pluralize

THREADS = 4
"""Folders that are listed at a time: on a network drive each answer takes a while."""


def check_videos(
    dataset: Dataset,
    truth: TruthManifest,
    findings: Findings,
    progress: Callable[[int], None],
    *,
    intervals: bool = True,
) -> list[Video]:
    """Look at every video of a truth.

    Parameters
    ----------
    dataset : Dataset
        The copy.
    truth : TruthManifest
        Its truth.
    findings : Findings
        Takes in what is wrong, in the order of the truth.
    progress : callable
        Told how many videos got done.
    intervals : bool
        Whether to see that expressions lie within their video.

    Returns
    -------
    list of Video
        Those that can be read, at least in part.
    """
    videos = {(video.subject, video.id): video for video in dataset.videos()}
    reported = {
        (one.place.subject, one.place.video)
        for one in findings.kept
        if one.code in {"video-without-frames", "frames-ambiguous", "video-unreadable"}
    }
    # Said of the whole copy, it goes for every video.
    bare = any(one.code == "frames-none" and one.place.video is None for one in findings.kept)
    there: list[tuple[Video, TruthVideo]] = []
    for one in truth.videos:
        video = videos.get((one.subject, one.video))
        if video is not None:
            there.append((video, one))
            continue
        if not bare and (one.subject, one.video) not in reported:
            findings.error(
                "video-without-frames",
                "The truth names a video that the data set does not give.",
                "",
                Place(dataset=dataset.id, subject=one.subject, video=one.video),
            )
        progress(1)
    return list(_readable(there, findings, progress, intervals))


def _readable(
    there: list[tuple[Video, TruthVideo]],
    findings: Findings,
    progress: Callable[[int], None],
    intervals: bool,
) -> Iterator[Video]:
    """Look at the videos, several at a time; yield those that can be read."""
    known = {(one.code, one.place, one.message) for one in findings.kept}
    look = partial(_check_one, intervals=intervals)
    with ThreadPoolExecutor(THREADS) as pool:
        # What renders its frames may share much between them: one at a time.
        are_files = all(video.reads_files for video, _ in there)
        looks = pool.map(look, there) if are_files else map(look, there)
        for (video, _), (apart, readable) in zip(there, looks, strict=True):
            for one in apart.kept:
                # What is wrong with all of them, as a damaged asset, is said once.
                if (one.code, one.place, one.message) not in known:
                    known.add((one.code, one.place, one.message))
                    findings.add(one)
            progress(1)
            if readable:
                yield video


def _check_one(pair: tuple[Video, TruthVideo], intervals: bool) -> tuple[Findings, bool]:
    video, record = pair
    apart = Findings()
    try:
        video.inspect(apart)
        if intervals or record.n_frames is not None:
            check_length(video, record, apart)
    except MebenchError as error:
        apart.extend_from(error)
        return apart, False
    except OSError as error:  # it was there a moment ago
        apart.error(
            "video-unreadable",
            f"The video cannot be read: {error.strerror or error}.",
            "Check that it is there, and that you may read it.",
            Place(dataset=video.dataset, subject=video.subject, video=video.id),
        )
        return apart, False
    return apart, True


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
                f"The video has {pluralize(video.n_frames, 'frame')}; the truth says {expected}.",
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
