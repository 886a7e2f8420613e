"""The main function of a worker process.

A worker computes with one thread, in an empty folder; what a baseline prints goes to a log in
there, which the parent copies. It opens no data set: frames come from a reader process.
"""

from __future__ import annotations

import pickle
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.runner.processes.child_process import (
    detach_from_parent,
    kill_group,
    redirect_output,
)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from mebench.runner.processes.frame_reader import FrameClient
    from mebench.runner.processes.messages import Failure
    from mebench.runner.types import FoldResult

WORKER_ENVIRONMENT = {
    # Numerical libraries compute with one thread: the results do not depend on the cores.
    **dict.fromkeys(
        (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "NUMEXPR_NUM_THREADS",
            "NUMBA_NUM_THREADS",
            "OPENCV_FOR_THREADS_NUM",
            "TF_NUM_INTRAOP_THREADS",
            "TF_NUM_INTEROP_THREADS",
            "NPROC",  # JAX; the thread flags of XLA change nothing any more
        ),
        "1",
    ),
    # Workers on one GPU share its memory, which TensorFlow and JAX would otherwise take completely.
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "1",
    # A file in the current folder must not shadow a module of the same name.
    "PYTHONSAFEPATH": "1",
}
"""The environment variables of a worker; some of them count only when Python starts."""

PROGRESS_SECONDS = 0.1
"""The shortest time between two progress messages: a baseline may report every frame."""

LOG_FILE = "log.txt"
"""The file in a worker's folder that everything printed is appended to."""


def serve(connection: Connection, frame_connection: Connection, folder: Path) -> None:
    """Execute tasks until the parent closes the connection.

    Parameters
    ----------
    connection : Connection
        Receives tasks as bytes, and for each of them sends :class:`Ready`, :class:`Progress`
        messages, and the result.
    frame_connection : Connection
        Connects to the reader process, which the parent starts on request.
    folder : Path
        The working folder; everything printed is appended to its log.
    """
    detach_from_parent()
    redirect_output(folder / LOG_FILE)
    from mebench.runner.processes.frame_reader import FrameClient
    from mebench.runner.processes.messages import NeedsFrames, Ready, encode

    def start_reader() -> None:
        connection.send_bytes(encode(NeedsFrames()))
        error = pickle.loads(frame_connection.recv_bytes())
        if error is not None:
            raise error
        connection.send_bytes(encode(Ready()))

    client = FrameClient(frame_connection, start_reader)
    try:
        connection.send_bytes(encode(Ready()))
        while True:
            content = connection.recv_bytes()
            connection.send_bytes(encode(_execute(content, connection, client)))
    except (EOFError, OSError):  # the parent has ended
        kill_group()


def _execute(content: bytes, connection: Connection, client: FrameClient) -> FoldResult | Failure:
    from mebench.runner.processes.messages import Failure, Progress, encode
    from mebench.runner.processes.outcomes import attempt
    from mebench.runner.tasks import load_task

    last_report = 0.0

    def report(share: float, what: str = "") -> None:
        nonlocal last_report
        share = float(share)
        if time.monotonic() - last_report >= PROGRESS_SECONDS:
            last_report = time.monotonic()
            share = min(share, 1.0) if share > 0 else 0.0  # a NaN becomes 0
            connection.send_bytes(encode(Progress(share, str(what)[:200])))

    try:
        task = load_task(content, client)
    except Exception as error:  # importing the baseline may raise anything
        return Failure.of(
            "baseline-raised",
            f"the baseline cannot be imported: {type(error).__name__}: {error}"[:500] + ".",
            "Install the same packages for every worker.",
        )
    return attempt(task, report)
