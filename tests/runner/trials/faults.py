"""A baseline that goes wrong in one way, in one fold or in all."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from pydantic import Field

from mebench.diagnostics import MebenchError
from mebench.runner import (
    Baseline,
    BaselineOptions,
    DetectedInterval,
    Fold,
    Store,
    UnseenVideo,
    VideoPrediction,
)


class FaultyOptions(BaselineOptions):
    fault: str = Field("none", description="Which.")
    on: str = Field("", description="The fold in which it happens; left out, in all.")


class Faulty(Baseline):
    name = "faulty"
    title = "Goes wrong"
    reuses_process = True
    options_type = FaultyOptions

    def predict(self, fold: Fold) -> Any:
        options = self.options
        assert isinstance(options, FaultyOptions)
        if options.fault in FAULTS and options.on in {"", fold.name}:
            return FAULTS[options.fault](fold)
        return [
            VideoPrediction(video, [DetectedInterval(1, 2, emotion="negative")])
            for video in fold.test
        ]


class Demanding(Faulty):
    name = "demanding"

    def requirements(self) -> dict[str, str]:
        return {"json": "python", "no_such_module": "no-such-package"}


class FaultyPreparation(Baseline):
    name = "faulty-preparation"
    title = "Hangs before the folds, at one video"
    reuses_process = True

    def prepare(self, video: UnseenVideo, store: Store, report: Any) -> None:
        if video.subject == "s2":
            time.sleep(600)

    def predict(self, fold: Fold) -> Any:
        return []


def _raise(fold: Fold) -> Any:
    raise ValueError("the \udc80 sky [/bold] fell\non us")


def _raise_base(fold: Fold) -> Any:
    raise SystemExit("no more")


def _raise_coded(fold: Fold) -> Any:
    raise MebenchError.of("missing-frames", "A frame is not there.", "Copy it.")


def _unspeakable(fold: Fold) -> Any:
    class WorseError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("not even this")

    raise WorseError


def _sleep(fold: Fold) -> Any:
    time.sleep(600)


def _busy(fold: Fold) -> Any:
    """Stay in C code that never gives up the interpreter's lock."""
    return re.match(r"(a+)+$", "a" * 60 + "b")


def _quit(fold: Fold) -> Any:
    os._exit(3)


def _killed(fold: Fold) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _shout(fold: Fold) -> Any:
    print("to the log, please", flush=True)
    os.write(1, b"raw bytes \xff\x00 too\n")
    sys.stderr.write("and complaints\n")
    os.system("echo from a shell")
    return []


def _start_child(fold: Fold) -> Any:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    return []


def _start_child_and_hang(fold: Fold) -> Any:
    _start_child(fold)
    time.sleep(600)


def _fork_and_quit(fold: Fold) -> Any:
    """Leave behind a fork that holds all pipes."""
    multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,)).start()
    os._exit(3)


def _flood(fold: Fold) -> Any:
    for number in range(200_000):
        fold.report(number / 200_000, "[/nonsense] \udc80\x1b[31m")
    fold.report(float("nan"), "nowhere")
    fold.report(float("inf"), "beyond")
    return []


def _breakpoint(fold: Fold) -> Any:
    breakpoint()
    return []


FAULTS: dict[str, Callable[[Fold], Any]] = {
    "raise": _raise,
    "breakpoint": _breakpoint,
    "raise-base": _raise_base,
    "raise-coded": _raise_coded,
    "unspeakable": _unspeakable,
    "sleep": _sleep,
    "busy": _busy,
    "quit": _quit,
    "killed": _killed,
    "shout": _shout,
    "start-child": _start_child,
    "start-child-and-hang": _start_child_and_hang,
    "fork-and-quit": _fork_and_quit,
    "flood": _flood,
    "huge": lambda fold: [
        VideoPrediction(fold.test[0], [DetectedInterval(0, 1, emotion="negative")] * 20_000)
    ],
    "none-returned": lambda fold: None,
    "number-returned": lambda fold: 7,
    "text-returned": lambda fold: "ab",
    "twice": lambda fold: [VideoPrediction(fold.test[0], []), VideoPrediction(fold.test[0], [])],
    "foreign": lambda fold: [VideoPrediction(fold.training[0], [])],
    "video-named": lambda fold: [VideoPrediction(fold.test[0].id, [])],  # type: ignore[arg-type]
    "several": lambda fold: [
        VideoPrediction(fold.test[0], [DetectedInterval(1.5, 2), DetectedInterval(9, 3)]),  # type: ignore[arg-type]
        VideoPrediction(fold.test[1], [DetectedInterval(0, 1, score=float("nan"), emotion="joy")]),
        VideoPrediction(fold.training[0], []),
    ],
    "partly-scored": lambda fold: [
        VideoPrediction(
            fold.test[0],
            [
                DetectedInterval(1, 2, emotion="negative"),
                DetectedInterval(3, 4, score=1.0, emotion="negative"),
            ],
        )
    ],
}
