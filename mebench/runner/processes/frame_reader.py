"""The reader process: it opens the data sets of a run, and gives a worker the frames it asks for.

A worker never opens a data set, because what opens one also reads its annotations; and the videos
of some data sets are rendered from a script that contains them. So each worker has a reader
process of its own, which starts when the first frame is needed. It renders or decodes the next
frame while the worker computes.
"""

from __future__ import annotations

import itertools
import json
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mebench.datasets.contract import Video
from mebench.diagnostics import Diagnostic, MebenchError
from mebench.models.base import VideoKey
from mebench.runner.processes.child_process import detach_from_parent, redirect_output

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from mebench.datasets.contract import Image
    from mebench.runner.locations import DatasetLocation

END = None
"""The answer after the last frame."""


class Request(NamedTuple):
    """What a worker asks for: the next frame of a stream; the first request says of which.

    ``numbers`` are frame numbers, or start and stop if ``consecutive``; ``close`` ends a stream.
    """

    stream: int
    video: Sequence[str] | None = None
    numbers: Sequence[int | None] = ()
    consecutive: bool = False
    close: bool = False


class FrameClient:
    """A worker's end of the connection to its reader process.

    Parameters
    ----------
    connection : Connection
        The connection.
    start : callable
        Called once, before the first request: makes the parent start the reader process, and
        returns when it is ready.
    """

    def __init__(self, connection: Connection, start: Callable[[], None]) -> None:
        self._connection, self._start = connection, start
        self._streams = itertools.count()
        self._lock = threading.Lock()
        self._process, self._started = os.getpid(), False

    def frames(
        self, video: VideoKey, numbers: Sequence[int | None], *, consecutive: bool
    ) -> Iterator[tuple[int, Image]]:
        """Yield frames with their numbers; several streams may be read alternately."""
        stream = next(self._streams)
        answer = self._ask(Request(stream, video, numbers, consecutive))
        try:
            while answer is not END:
                yield answer
                answer = self._ask(Request(stream))
        finally:
            if answer is not END:
                with suppress(OSError):
                    self._ask(Request(stream, close=True))

    def _ask(self, request: Request) -> Any:
        if os.getpid() != self._process:
            raise RuntimeError(
                "frames can be read only in the process that mebench started for the baseline, "
                "not in one that the baseline forked"
            )
        with self._lock:
            if not self._started:
                self._start()
                self._started = True
            try:
                self._connection.send_bytes(json.dumps(request).encode())
                # The reader process is the harness's own, so its pickles can be trusted.
                answer = pickle.loads(self._connection.recv_bytes())
            except (EOFError, OSError):
                raise MebenchError.of(
                    "worker-died",
                    "the process that reads the frames ended.",
                    "Look at its last output in the run's log.",
                ) from None
        if isinstance(answer, MebenchError):
            raise answer
        return answer


class RemoteVideo(Video):
    """A video in a worker process: its frames come from the reader process."""

    def __init__(self, client: FrameClient, key: VideoKey) -> None:
        self._client, self._key = client, key
        self.dataset, self.subject, self.id = key

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        """Yield the frames from ``start`` up to, not including, ``stop``."""
        numbers = (start, stop)
        return (image for _, image in self._client.frames(self._key, numbers, consecutive=True))

    def frames_at(self, numbers: Sequence[int]) -> Iterator[tuple[int, Image]]:
        """Yield some frames with their numbers."""
        return self._client.frames(self._key, [int(one) for one in numbers], consecutive=False)

    def content_key(self) -> str:
        """Not called: an :class:`UnseenVideo` knows the key."""
        raise NotImplementedError


def serve_frames(connection: Connection, datasets: Sequence[DatasetLocation], log: Path) -> None:
    """Open data sets and answer the requests of a worker until it ends.

    The first message is None, or the :class:`MebenchError` of a data set that cannot be opened.
    """
    detach_from_parent()
    redirect_output(log)
    try:
        videos = _attempt(partial(_open_videos, datasets))
        _send(connection, videos if isinstance(videos, MebenchError) else None)
        _answer_requests(connection, videos)
    except (EOFError, OSError):  # the worker has ended
        pass


def _open_videos(datasets: Sequence[DatasetLocation]) -> dict[VideoKey, Video]:
    from mebench.datasets.frames.frame_cache import through_cache
    from mebench.runner.locations import index_videos, open_datasets

    videos = index_videos(open_datasets(datasets))
    return {key: through_cache(video) for key, video in videos.items()}


def _answer_requests(connection: Connection, videos: dict[VideoKey, Video]) -> None:
    streams: dict[int, Iterator[tuple[int, Image]]] = {}
    ahead: dict[int, Any] = {}
    while True:
        request = Request(*json.loads(connection.recv_bytes()))
        stream = request.stream
        if request.close:
            streams.pop(stream, None)
            ahead.pop(stream, None)
            _send(connection, END)
            continue
        if request.video is not None:
            streams[stream] = _open_stream(videos, request)
        answer = ahead.pop(stream) if stream in ahead else _next(streams[stream])
        _send(connection, answer)
        if answer is END or isinstance(answer, MebenchError):
            del streams[stream]
        elif not connection.poll():
            ahead[stream] = _next(streams[stream])  # while the worker computes


def _next(stream: Iterator[tuple[int, Image]]) -> Any:
    return _attempt(partial(next, stream, END))


def _open_stream(videos: dict[VideoKey, Video], request: Request) -> Iterator[tuple[int, Image]]:
    assert request.video is not None
    key = VideoKey(*request.video)
    if key not in videos:
        raise MebenchError.of(
            "video-missing",
            f"The worker's copy of {key.dataset} lacks the video {key.video!r} of subject "
            f"{key.subject!r}.",
            "Give every worker the same data, in the same folder.",
        )
    video, numbers = videos[key], request.numbers
    if not request.consecutive:
        yield from video.frames_at([number for number in numbers if number is not None])
    else:
        start, stop = numbers
        yield from enumerate(video.frames(start or 0, stop), start or 0)


def _attempt(function: Callable[[], Any]) -> Any:
    """Return what a function returns, or the error that it raises."""
    try:
        return function()
    except MebenchError as error:
        return error
    except Exception as error:  # an adapter of a plugin is not our code: it may raise anything
        traceback.print_exc(file=sys.stderr)
        return MebenchError(
            [
                Diagnostic(
                    "frames-unreadable",
                    "error",
                    f"the data set's adapter raised {type(error).__name__}: {error}"[:500] + ".",
                    "Check the copy with `mebench datasets check ID`; the traceback is in the "
                    "run's logs.",
                )
            ]
        )


def _send(connection: Connection, answer: Any) -> None:
    connection.send_bytes(pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))
